# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Builder of doc.nix. From the derivation: $kernel, $source, $out.

# As the kernel's own build documents its crates: rust/Makefile, cmd_rustdoc.
export OBJTREE=$kernel RUSTC_BOOTSTRAP=1 RUST_MODFILE=chardev
rustdoc --edition=2021 --target=aarch64-unknown-none-softfloat --sysroot=/dev/null \
	"@$kernel/include/generated/rustc_cfg" --cfg MODULE \
	-Zcrate-attr=no_std -Zcrate-attr='feature(arbitrary_self_types,asm_goto,generic_arg_infer,used_with_arg)' \
	-L "$kernel/rust" --extern kernel --extern pin_init --extern zerocopy --extern zerocopy_derive \
	-Zunstable-options --document-private-items --generate-link-to-definition \
	-Wrustdoc::all -Arustdoc::private_doc_tests --deny warnings \
	--extern-html-root-url kernel=https://rust.docs.kernel.org \
	--output "$out/share/doc" "$source/chardev/chardev.rs"
