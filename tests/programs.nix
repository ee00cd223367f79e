# SPDX-License-Identifier: MIT OR Apache-2.0
#
# The tests of the workspace, compiled once for all of the checks that run them; and the examples in its documentation, run, for
# which nextest has no use.
#
# out: target/, with the programs; what nextest has to know of them, binaries.json and metadata.json; documentation.txt, a line
# an example.
{
  mkCargo,
  nextest,
  members,
  # Of mkCrates, for the tests of these members.
  crates,
}:
mkCargo {
  name = "tests";
  inherit members crates;
  files = [ "driver/include" ];
  run = ''
    mkdir "$out"
    cargo metadata --format-version 1 >"$out/metadata.json"
    ${nextest}/bin/cargo-nextest nextest list --workspace --list-type binaries-only --message-format json >"$out/binaries.json"
    # The checks that run them tell nextest of their own folder.
    sed -i "s,$PWD,/build/workspace,g" "$out/metadata.json" "$out/binaries.json"
    cargo test --doc --workspace | tee documentation
    # When each was done, and how long it took, no two runs have the same.
    sed -n '/^test .* ok$/p' documentation | LC_ALL=C sort >"$out/documentation.txt"
    find target -type f -perm -100 ! -path '*/build/*' ! -name '*.so' -exec cp --parents --target-directory "$out" {} +
  '';
}
// {
  inherit members;
}
