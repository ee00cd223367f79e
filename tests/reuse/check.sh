# SPDX-License-Identifier: MIT OR Apache-2.0
# shellcheck shell=bash
#
# Builder of package.nix: one store fills a cache, another takes from it over HTTP what is signed. From the derivation: $equal, $nix,
# $busybox, $program, the file `references`, $out.

# shellcheck source=tests/equal.sh
. "$equal"

export HOME=$TMPDIR PATH=$PATH:$nix/usr/bin
export NIX_CONF_DIR=$TMPDIR NIX_CONFIG='extra-experimental-features = nix-command
build-users-group =
sandbox = false'
address=127.0.0.1:8080
served=$TMPDIR/served

# The first store has what this build may see of the machine's.
mkdir -p first/nix/store
sed -n 's,^/nix/store/,&,p' references | sort -u | xargs cp -a -t first/nix/store
nix-store --store "$PWD/first" --register-validity <references

for key in trusted-1 other-1; do
	nix key generate-secret --key-name "$key" >"$key.secret"
	nix key convert-secret-to-public <"$key.secret" >"$key.public"
done
nix copy --from "$PWD/first" --to "file://$served?compression=zstd&secret-key=$PWD/trusted-1.secret" "$program"
"$busybox/usr/bin/busybox" httpd -f -p "$address" -h "$served" &
server=$!

# take STORE KEY: what the cache has of the program, into a store that trusts the key. Prints what Nix says when that does not go.
take() {
	# Nix remembers what a cache told it.
	rm -rf .cache
	nix-store --store "$PWD/$1" --realise "$program" --option substituters "http://$address" \
		--option trusted-public-keys "$(<"$2.public")" >"$1.log" 2>&1 || cat "$1.log"
}

# has STORE: which paths are in it.
has() {
	(cd "$1/nix/store" && find . -mindepth 1 -maxdepth 1 ! -name '.*' ! -name '*.lock' | sort)
}

# said WORDS TEXT: whether they are in it.
said() {
	case $2 in *"$1"*) echo yes ;; *) printf '%s\n' "$2" ;; esac
}

equal trusted_is_taken '' "$(take second trusted-1)"
equal with_what_it_names "$(has first)" "$(has second)"
equal as_it_was '' "$(diff -r --no-dereference first/nix/store second/nix/store -x .links 2>&1)"
equal runs hello "$("second$busybox/usr/bin/busybox" echo hello)"
grep 'will be fetched' second.log
equal untrusted_is_refused yes "$(said 'not signed by any of the keys' "$(take third other-1)")"
equal of_untrusted_nothing_stays '' "$(has third)"

# Somebody changes what an archive is said to hold, or what it holds.
information=$served/$(basename "${program%%-*}").narinfo
cp "$information" information
sed -i 's/^NarSize: /&1/' "$information"
equal changed_description_is_refused yes "$(said 'not signed by any of the keys' "$(take fourth trusted-1)")"
cp information "$information"
archive=$served/$(sed -n 's/^URL: //p' "$information")
chmod +w "$archive"
tr 'a-y' 'b-z' <"$archive" >changed
cp changed "$archive"
take fifth trusted-1 >fifth.said
equal of_a_changed_archive_nothing_stays '' "$(has fifth | grep -e -greet || true)"

kill "$server"
exit "$failed"
