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
 * poll, select and epoll find a file readable (POLLIN) when there was a
 * SET_DATA on the device, by whomever, that no command has told of through this
 * file: GET_DATA, GET_HISTORY and WAIT_CHANGE do. What was set before the file
 * was opened is no news. It has nothing to do with read and write, which never
 * have to wait; a file is always writable (POLLOUT).
 *
 * Errors that every command can return in errno:
 *
 *   ENOTTY  the number is none of those below. A 32-bit program on a 64-bit
 *           kernel gets this for SET_DATA and GET_DATA too, because its
 *           unsigned long, and with it struct ioctl_info, is of another size.
 *           The other commands are the same for both.
 *   EFAULT  the argument does not point to a whole structure of the command
 *           that the caller can read and write, as the command does.
 *   EINVAL  flags is not 0. (Commands with a structure that has flags.)
 *
 * A command that fails leaves the data of the device as it was.
 *
 * /proc/PID/fdinfo/FD of an open file has these lines, NAME, colon, tab, VALUE:
 *
 *   chardev-index      which device it is: 0 is /dev/chardev0
 *   chardev-sequence   the number of its latest SET_DATA
 *   chardev-set-by     who made that, as pid=PID comm="COMMAND". Not there
 *                      before the first one.
 *   chardev-opened-by  who opened the file, likewise
 *
 * Process ids are those of the initial pid namespace. A process's command is
 * the name that its first thread gave itself, so do not rely on it.
 *
 * Root finds in debugfs, in the folder chardev:
 *
 *   chardevN/history  what GET_HISTORY gets, one SET on a line: sequence,
 *                     time_ns, pid, comm, size, data
 *   processes         the processes that have a device open, and what was done
 *                     through the files that they opened, one process on a
 *                     line: pid, comm, files (open now), opens, sets, gets,
 *                     bytes_in (set and written), bytes_out (got and read). A
 *                     process is gone from it when the last file that it opened
 *                     is, and with it the numbers.
 *                     comm is that of its first open. A file that was handed
 *                     on, by fork say, counts for the process that opened it.
 *
 * Lines there are made of NAME=VALUE with a space between. What is in double
 * quotes, there and in fdinfo, has C's escapes: \" \\ \n \r \t \' and \xHH.
 */
#ifndef _UAPI_CHARDEV_H
#define _UAPI_CHARDEV_H

#include <linux/ioctl.h>
#include <linux/types.h>

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

/** CHARDEV_HISTORY_MAX - how many SET_DATA of a device are remembered */
#define CHARDEV_HISTORY_MAX 16

/** CHARDEV_COMM_LEN - length in bytes of a command name, with its NUL */
#define CHARDEV_COMM_LEN 16

/**
 * struct chardev_history_entry - one SET_DATA of a device
 * @sequence: its number. The first one since the driver was loaded has 1, and
 *            there is no gap.
 * @time_ns: when it was, in nanoseconds since 1970 (CLOCK_REALTIME)
 * @pid: the process that did it
 * @size: the size that was set
 * @comm: the command of the process, NUL up to the end
 * @buf: the bytes that were set, all of them
 */
struct chardev_history_entry {
	__u64 sequence;
	__u64 time_ns;
	__s32 pid;
	__u32 size;
	char comm[CHARDEV_COMM_LEN];
	char buf[CHARDEV_DATA_MAX];
};

/**
 * struct chardev_history - the latest SET_DATA of a device
 * @flags: to be set to 0 by the caller. The driver returns 0.
 * @count: how many of @entries are in use
 * @sequence: the number of the latest one, or 0 if there was none
 * @entries: oldest first. Those that are not in use are all zero.
 */
struct chardev_history {
	__u32 flags;
	__u32 count;
	__u64 sequence;
	struct chardev_history_entry entries[CHARDEV_HISTORY_MAX];
};

/** CHARDEV_WAIT_NOTHING - a sequence that no SET_DATA has */
#define CHARDEV_WAIT_NOTHING (~(__u64)0)

/**
 * struct chardev_wait - what to wait for
 * @flags: to be set to 0 by the caller. The driver returns 0.
 * @timeout_ms: how long to wait, in milliseconds. Negative: for ever.
 * @sequence: the number of the latest SET_DATA that the caller knows of, as
 *            GET_HISTORY and WAIT_CHANGE tell, 0 if it knows of none. The driver
 *            returns the number of the latest that there is.
 */
struct chardev_wait {
	__u32 flags;
	__s32 timeout_ms;
	__u64 sequence;
};

/** CHARDEV_IOC_MAGIC - the type that the numbers of all commands have */
#define CHARDEV_IOC_MAGIC 'G'

/**
 * SET_DATA - replace the data of the device
 *
 * The data belongs to the device, not to the open file: what is set through
 * one file descriptor, others get.
 *
 * Errors besides the common ones: EINVAL if size is above CHARDEV_DATA_MAX,
 * ENOMEM.
 */
#define SET_DATA _IOW(CHARDEV_IOC_MAGIC, 2, struct ioctl_info)

/**
 * GET_DATA - get the data of the device
 *
 * What one SET_DATA stored comes back as a whole, never mixed with another's.
 * Before the first SET_DATA all of it is zero.
 */
#define GET_DATA _IOR(CHARDEV_IOC_MAGIC, 3, struct ioctl_info)

/**
 * GET_HISTORY - get the latest SET_DATA of the device
 *
 * Those that failed are not among them.
 *
 * Errors besides the common ones: ENOMEM.
 */
#define GET_HISTORY _IOWR(CHARDEV_IOC_MAGIC, 4, struct chardev_history)

/**
 * WAIT_CHANGE - wait until there is a SET_DATA that the caller does not know of
 *
 * Returns at once if the latest SET_DATA has another number than the caller
 * says, so that none is missed between two calls; with CHARDEV_WAIT_NOTHING it
 * returns at once in any case. How many there were is the difference.
 *
 * Errors besides the common ones: ETIMEDOUT if the time is over, EAGAIN if the
 * file has O_NONBLOCK and there is nothing new, EINTR if a signal came (without
 * a timeout the call goes on after handlers with SA_RESTART).
 */
#define WAIT_CHANGE _IOWR(CHARDEV_IOC_MAGIC, 5, struct chardev_wait)

#endif /* _UAPI_CHARDEV_H */
