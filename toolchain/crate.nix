# SPDX-License-Identifier: MIT OR Apache-2.0
#
# Programs that Debian lacks, from cargo's default registry: the crate, and what its own lock file names.
{
  host,
  mkDerivation,
  mkWrapper,
  tools,
  targets,
  # The archive's certificate authorities, for a machine that has none.
  certificates,
}:
let
  rustFlags = "CARGO_TARGET_${host.variable}_RUSTFLAGS";

  # What a stable compiler refuses, unless told that it is not one.
  allow =
    unstable:
    if unstable == [ ] then
      { }
    else
      {
        RUSTC_BOOTSTRAP = "1";
        ${rustFlags} =
          targets.${rustFlags} + " -Zcrate-attr=feature(${builtins.concatStringsSep "," unstable})";
      };
in
{
  # fetch-crate: downloads what a `sources` is, outside of a sandbox.
  fetchCrate = mkWrapper {
    name = "fetch-crate";
    program = "${tools}/usr/bin/bash -euo pipefail ${./crate/fetch.sh}";
    prelude = ''
      export PATH="${tools}/usr/bin:$PATH" certificates="${certificates}"
    '';
  };

  # hash: of the downloaded archives, as `nix hash path` prints it. After a change of the version, Nix says what it must be.
  # features: of the crate, besides which none is on.
  # unstable: what the crate takes from a newer compiler, and the pinned one has behind these flags.
  # patch: shell commands in the crate's folder, before it is built.
  #
  # The sources are `.sources`. Their place in the store depends on their name and hash alone, so nixw can put them there.
  #
  # Type: mkCrate :: { name :: String, version :: String, hash :: String, features :: [ String ], … } -> Derivation
  # Example: mkCrate { name = "cargo-nextest"; version = "0.9.98"; hash = "sha256-…"; features = [ "default-no-update" ]; }
  mkCrate =
    {
      name,
      version,
      hash,
      features ? [ ],
      unstable ? [ ],
      patch ? "",
      ...
    }@arguments:
    let
      sources = mkDerivation {
        name = "${name}-${version}-sources";
        script = ./crate/fetch.sh;
        crate = name;
        inherit version certificates;
        outputHash = hash;
        outputHashMode = "recursive";
        impureEnvVars = [
          "http_proxy"
          "https_proxy"
          "all_proxy"
          "no_proxy"
        ];
      };
    in
    mkDerivation (
      targets
      // {
        script = ./crate/build.sh;
        buildFolder = ./build-folder.sh;
        offline = ./offline.sh;
        crate = name;
        inherit sources patch;
        features = builtins.concatStringsSep "," features;
        # These programs wait for others; what counts is how soon they are there.
        CARGO_PROFILE_RELEASE_OPT_LEVEL = "0";
        CARGO_PROFILE_RELEASE_STRIP = "true";
      }
      // allow unstable
      // removeAttrs arguments [
        "hash"
        "features"
        "unstable"
      ]
    );
}
