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

# Nix gives a sandbox the machine's authorities from 2.20 on, where the machine has any.
if [ -z "${SSL_CERT_FILE-}" ] && [ ! -e /etc/ssl/certs ] && [ ! -e /etc/pki/tls ]; then
	cat "$certificates"/usr/share/ca-certificates/mozilla/*.crt >authorities.crt
	export SSL_CERT_FILE=$PWD/authorities.crt
fi

download() {
	# What `cargo info` shows is in the crate's archive, so it downloads and unpacks that one.
	cargo info --quiet "$crate@$version" >/dev/null
	cp -r "$CARGO_HOME"/registry/src/*/"$crate-$version" package
	cargo fetch --quiet --locked --manifest-path package/Cargo.toml
}

if ! (download) 2>log; then
	cat log >&2
	cat >&2 <<-END
		fetch: cannot download $crate $version and the crates it is built from
		  because: $(tail -n 1 log)
		  do this: connect to the network; name an authority of your own in SSL_CERT_FILE, a proxy or a mirror of the
		    registry in ~/.cargo/config.toml, and build through ./nixw, which heeds them
	END
	exit 1
fi
mkdir "$out"
cp "$CARGO_HOME"/registry/cache/*/*.crate "$out"
