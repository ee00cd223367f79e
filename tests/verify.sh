# SPDX-License-Identifier: MIT OR Apache-2.0
# shellcheck shell=bash
#
# Builder of the check `verify`: with a store of its own, that `verify` sees what is tampered with there, and what builds fetch. The
# archive is the one of the tests of both. From the derivation: $equal, $archive, $update, $verify, $apt, $nix, $out.

# shellcheck source=equal.sh
. "$equal"

export PATH=$PATH:$nix/usr/bin:$apt/usr/bin HOME=$PWD
export NIX_STORE_DIR=$PWD/store NIX_STATE_DIR=$PWD/state NIX_LOG_DIR=$PWD/log NIX_CONF_DIR=$PWD
# There is a sandbox around all of this.
printf '%s\n' 'sandbox = false' 'build-users-group =' 'substituters =' >nix.conf

cp -r --no-preserve=mode "$archive" archive
export FERRITE_KEYRINGS=$PWD/archive FERRITE_MIRROR=file://$PWD/archive/debian
export FERRITE_APT_CONFIG=$apt/etc/apt/relocated.conf FERRITE_APT_HELPER=$apt/usr/lib/apt/apt-helper

# A repository with one pin, whose file the archive has.
mkdir -p source/toolchain/seed/x86_64-linux seeds/x86_64-linux
tee source/toolchain/seed/x86_64-linux/seed >seeds/x86_64-linux/seed <<<'machine code'
touch source/nixw
cat >source/toolchain/pins.toml <<'EOF'
[archive]
keyring = "keyring.gpg"
suites = ["second"]
[sets.host]
architecture = "amd64"
packages = ["libc"]
EOF
(cd source && "$update" --write >/dev/null 2>&1)
read -r _ _ _ hash path _ < <(grep ^libc: source/toolchain/pins.lock)
pin=$(nix-store --add-fixed sha256 "archive/$path")
echo "$pin $hash $path" >pins

# What is built from it; and what is built from something else.
cat >artifact.nix <<'EOF'
{ bash, hash, file }:
derivation {
  name = "artifact";
  system = builtins.currentSystem;
  builder = bash;
  args = [ "-c" "echo built from $pin >$out" ];
  pin = derivation {
    name = file;
    system = builtins.currentSystem;
    builder = bash;
    outputHash = hash;
    outputHashAlgo = "sha256";
  };
}
EOF
# artifact HASH: the derivation.
artifact() {
	nix-instantiate artifact.nix --argstr bash "$SHELL" --argstr hash "$1" --argstr file "$(basename "$path")" 2>/dev/null
}
derivation=$(artifact "$hash")
output=$(nix-store --realise "$derivation" 2>/dev/null)
other=$(artifact "${hash//[0-9]/0}")
echo "artifact $output $derivation" >artifacts

# verdict [LIST]: the exit status, and why.
verdict() {
	local status=0
	"$verify" --source source --store-pins pins --artifacts "${1-artifacts}" --built-seeds seeds >found 2>error || status=$?
	echo "$status"
	sed -n -E "s,$PWD/store/[a-z0-9]{32}-,,; s/^  because: //p" error | sed -E 's/[0-9a-z]{52,64}/HASH/g; s/sha256:/ /g'
}

# tampered FILE: adds to it what nobody asked for.
tampered() {
	cp --no-preserve=mode "$1" kept
	chmod u+w "$1" "$(dirname "$1")"
	echo evil >>"$1"
	verdict
	cat kept >"$1"
}

equal every_link_holds 0 "$(verdict)"
cat found
equal what_is_built_is_looked_at 'content    artifact: 2 store paths hashed' "$(grep ^content found)"

equal a_tampered_artifact_is_caught 1 "$(tampered "$output" | head -n 1)"
grep -q "path '$output' was modified" error || failed=1
equal a_tampered_package_is_caught "1
its SHA-256 is HASH, and the pin's HASH" "$(tampered "$pin" | head -n 2)"
equal a_tampered_seed_is_caught $'1\nits SHA-256 is HASH, and its source gives HASH' "$(tampered source/toolchain/seed/x86_64-linux/seed)"
equal a_tampered_lock_is_caught $'1\nline 7 is cut off' "$(
	printf 'libc:amd64' >>source/toolchain/pins.lock
	verdict
	sed -i '$d' source/toolchain/pins.lock
)"

echo "artifact $output $other" >others
equal what_is_no_pin_is_caught $'1\n'"$(basename "$(nix-store --query --references "$other" | head -n 1)" | cut -c 34-) brings in something that is no pin" \
	"$(verdict others)"
equal every_link_holds_again 0 "$(verdict)"

exit "$failed"
