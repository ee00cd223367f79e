# SPDX-License-Identifier: MIT OR Apache-2.0
#
# accept: says that what the artifacts are now is what they are to be.
{
  mkWrapper,
  busybox,
  artifacts,
}:
mkWrapper {
  name = "accept";
  meta.description = "Writes the hashes that the artifacts have now to artifacts/SHA256SUMS";
  program = "${busybox}/usr/bin/busybox sh -eu ${./accept.sh} ${artifacts.expected}";
  prelude = "PATH=${busybox}/usr/bin:$PATH";
}
