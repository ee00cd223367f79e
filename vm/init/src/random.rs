// SPDX-License-Identifier: MIT OR Apache-2.0

//! The kernel's random numbers.

use std::fs::File;
use std::os::fd::AsRawFd;

use nix::libc::c_int;
use nix::{ioctl_none, ioctl_write_ptr_bad, request_code_write};

use crate::error::{Error, While};

/// The most that the kernel takes in at once.
const MOST: usize = 32;

/// `struct rand_pool_info` (random(4)).
#[repr(C)]
struct PoolInfo {
    entropy_bits: c_int,
    size: c_int,
    bytes: [u8; MOST],
}

// The kernel's header gives the command the size of the fixed part.
ioctl_write_ptr_bad!(add_entropy, request_code_write!(b'R', 0x03, size_of::<[c_int; 2]>()), PoolInfo);
ioctl_none!(reseed, b'R', 0x07);

/// Mixes secret random bytes into the kernel's generator, and makes it use them from the next number on: two machines resumed
/// from one state would otherwise draw the same. What the kernel drew before, such as where it put itself, they keep in common.
pub fn seed(secret: &[u8]) -> Result<(), Error> {
    let doing = || "seeding the random numbers";
    let device = File::open("/dev/random").while_doing(doing)?;
    for piece in secret.chunks(MOST) {
        let mut bytes = [0; MOST];
        bytes[..piece.len()].copy_from_slice(piece);
        let size = piece.len() as c_int;
        let info = PoolInfo { entropy_bits: 8 * size, size, bytes };
        // SAFETY: the descriptor is open, and the command reads a `PoolInfo`, of whose bytes `size` are there.
        unsafe { add_entropy(device.as_raw_fd(), &info) }.while_doing(doing)?;
    }
    // SAFETY: the descriptor is open, and the command takes no argument.
    unsafe { reseed(device.as_raw_fd()) }.while_doing(doing)?;
    Ok(())
}
