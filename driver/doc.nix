# SPDX-License-Identifier: GPL-2.0
#
# The documentation of the driver and of its abstractions, as rustdoc makes it. Begin with share/doc/chardev/abstractions/index.html.
{
  mkDerivation,
  kernel,
  # The folder of the driver.
  source,
}:
mkDerivation {
  name = "doc";
  meta.description = "Documentation of the driver's abstractions, as web pages";
  script = ./doc.sh;
  kernel = kernel.dev;
  inherit source;
}
