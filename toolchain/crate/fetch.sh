# SPDX-License-Identifier: MIT OR Apache-2.0
# shellcheck shell=bash
#
# Builder of crate.nix's sources; nixw runs it too, where it serves a machine's own authorities, proxy and mirror better than
# a sandbox does. Leaves the archives of a program and of all that its lock file names, as cargo's registry has them. In the
# environment: $crate, $version, $certificates, $out.

settings=${CARGO_HOME:-$HOME/.cargo}
export CARGO_HOME=$PWD/cargo
mkdir "$CARGO_HOME"
for file in config.toml credentials.toml; do
	[ ! -e "$settings/$file" ] || ln -s "$settings/$file" "$CARGO_HOME"
done

# cargo knows one place. A sandbox has the machine's authorities there, if Nix is 2.20 or newer and the machine has any.
for authorities in "${SSL_CERT_FILE:-${NIX_SSL_CERT_FILE-}}" \
	/etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt /etc/ssl/ca-bundle.pem archive; do
	[ ! -e "$authorities" ] || break
done
if [ "$authorities" = archive ]; then
	authorities=$PWD/authorities.crt
	cat "$certificates"/usr/share/ca-certificates/mozilla/*.crt >"$authorities"
fi
export CARGO_HTTP_CAINFO=${CARGO_HTTP_CAINFO-$authorities}

# What `cargo info` shows is in the crate's archive, so it downloads and unpacks that one.
download() {
	cargo info --quiet "$crate@$version" >/dev/null &&
		cp -r "$CARGO_HOME"/registry/src/*/"$crate-$version" package &&
		cargo fetch --quiet --locked --manifest-path package/Cargo.toml
}

if ! download 2>log; then
	cat log >&2
	cat >&2 <<-END
		fetch: cannot download $crate $version and the crates it is built from
		  because: $(tail -n 1 log | sed 's/^ *//')
		  do this: connect to the network; name an authority of your own in SSL_CERT_FILE, a proxy or a mirror of the
		    registry in ~/.cargo/config.toml, and build through ./nixw, which heeds them
	END
	exit 1
fi
mkdir "$out"
cp "$CARGO_HOME"/registry/cache/*/*.crate "$out"
