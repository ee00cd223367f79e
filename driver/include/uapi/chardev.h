/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * The interface of the chardev driver's devices, /dev/chardev0 and on. For C
 * and C++.
 *
 * A device holds data, which the commands below set and get.
 *
 * An open file of a device holds a buffer besides, which is its own: read,
 * write and their relatives (readv, pread, splice, sendfile, ...) use it. It
 * starts as the ten bytes "helloworld" and behaves as a file that can grow to
 * CHARDEV_BUFFER_MAX bytes:
 *
 *   - A read at the end, or past it, returns 0.
 *   - A write at or past the end makes the file longer. Bytes that were skipped
 *     read as zero.
 *   - A write that has no room for all of its bytes writes those that it has
 *     room for, and returns how many. With room for none: ENOSPC.
 *   - With O_APPEND a write goes to the end, wherever the position is.
 *   - lseek goes to positions from 0 to CHARDEV_BUFFER_MAX, and to no other:
 *     EINVAL. SEEK_END counts from the end.
 *   - O_TRUNC has no effect, and ftruncate is refused: EINVAL.
 *
 * Descriptors that dup or fork made share the file, and with it buffer and
 * position. The buffer is gone when the last of them is closed.
 *
 * Errors that every command can return in errno:
 *
 *   ENOTTY  the number is none of those below. A 32-bit program on a 64-bit
 *           kernel gets this for every command, because its unsigned long,
 *           and with it struct ioctl_info, is of another size.
 *   EFAULT  the argument does not point to a whole struct ioctl_info that the
 *           caller can read (SET_DATA) or write (GET_DATA).
 *
 * A command that fails leaves the data of the device as it was.
 */
#ifndef _UAPI_CHARDEV_H
#define _UAPI_CHARDEV_H

#include <linux/ioctl.h>

/** CHARDEV_DATA_MAX - length in bytes of the data that a device holds */
#define CHARDEV_DATA_MAX 128

/** CHARDEV_BUFFER_MAX - the longest, in bytes, that a file's buffer can get */
#define CHARDEV_BUFFER_MAX 256

/**
 * struct ioctl_info - the data of a device, as one command carries it
 * @size: how many bytes of @buf are meant, at most CHARDEV_DATA_MAX
 * @buf: the bytes. Any value is allowed, and no terminator is needed.
 *
 * All of @buf is stored and returned, whatever @size says.
 */
struct ioctl_info {
	unsigned long size;
	char buf[CHARDEV_DATA_MAX];
};

/** CHARDEV_IOC_MAGIC - the type that the numbers of all commands have */
#define CHARDEV_IOC_MAGIC 'G'

/**
 * SET_DATA - replace the data of the device
 *
 * The data belongs to the device, not to the open file: what is set through
 * one file descriptor, others get.
 *
 * Errors besides the common ones: EINVAL if size is above CHARDEV_DATA_MAX.
 */
#define SET_DATA _IOW(CHARDEV_IOC_MAGIC, 2, struct ioctl_info)

/**
 * GET_DATA - get the data of the device
 *
 * What one SET_DATA stored comes back as a whole, never mixed with another's.
 * Before the first SET_DATA all of it is zero.
 */
#define GET_DATA _IOR(CHARDEV_IOC_MAGIC, 3, struct ioctl_info)

#endif /* _UAPI_CHARDEV_H */
