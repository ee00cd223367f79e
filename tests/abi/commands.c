/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * A program of another language, and of another word size: every command of the
 * device, through its C header. It is to be run on a device that was set once,
 * to "hello" by chardevctl.
 *
 * To a 32-bit program on a 64-bit kernel SET_DATA and GET_DATA are no commands,
 * as the header says. All else is the same for both.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <chardev.h>

/* As a 64-bit program has it. */
struct ioctl_info_64 {
	__u64 size;
	char buf[CHARDEV_DATA_MAX];
};

#define SET_DATA_64 _IOW(CHARDEV_IOC_MAGIC, 2, struct ioctl_info_64)
#define GET_DATA_64 _IOR(CHARDEV_IOC_MAGIC, 3, struct ioctl_info_64)

#define IS_64_BIT (sizeof(long) == 8)

static int failures;

static void check(const char *what, int holds)
{
	printf("test %d_bit_%s ... %s\n", (int)sizeof(long) * 8, what,
	       holds ? "ok" : "FAILED");
	failures += !holds;
}

static int refused(int file, unsigned long command, void *argument, int error)
{
	errno = 0;
	return ioctl(file, command, argument) == -1 && errno == error;
}

/* Whether the device holds what chardevctl set, and nothing was set since. */
static int is_as_set(int file)
{
	static struct chardev_history history;

	memset(&history, 0xaa, sizeof(history));
	history.flags = 0;
	return ioctl(file, GET_HISTORY, &history) == 0 &&
	       history.flags == 0 && history.count == 1 &&
	       history.sequence == 1 && history.entries[0].sequence == 1 &&
	       history.entries[0].time_ns > 1000000000ULL * 1000000000ULL &&
	       history.entries[0].pid > 1 && history.entries[0].size == 5 &&
	       strcmp(history.entries[0].comm, "chardevctl") == 0 &&
	       strcmp(history.entries[0].buf, "hello") == 0 &&
	       history.entries[15].sequence == 0;
}

static void check_history(int file)
{
	static struct chardev_history history;

	check("get_history", is_as_set(file));
	check("get_history_nowhere", refused(file, GET_HISTORY, NULL, EFAULT));
	history.flags = 1;
	check("get_history_with_flags",
	      refused(file, GET_HISTORY, &history, EINVAL));
}

static void check_wait(int file)
{
	struct chardev_wait wait = { 0, -1, 0 };

	check("wait_change", ioctl(file, WAIT_CHANGE, &wait) == 0 &&
			     wait.flags == 0 && wait.timeout_ms == -1 &&
			     wait.sequence == 1);
	wait.sequence = CHARDEV_WAIT_NOTHING;
	check("wait_change_for_nothing",
	      ioctl(file, WAIT_CHANGE, &wait) == 0 && wait.sequence == 1);
	/* In the upper half of the number, another than the latest. */
	wait.sequence = 1 + (1ULL << 32);
	check("wait_change_of_64_bits",
	      ioctl(file, WAIT_CHANGE, &wait) == 0 && wait.sequence == 1);
	wait.timeout_ms = 10;
	check("wait_change_in_vain",
	      refused(file, WAIT_CHANGE, &wait, ETIMEDOUT));
	wait.flags = 1;
	check("wait_change_with_flags",
	      refused(file, WAIT_CHANGE, &wait, EINVAL));
	check("wait_change_nowhere", refused(file, WAIT_CHANGE, NULL, EFAULT));
}

static void check_data_64(int file)
{
	struct ioctl_info data;

	memset(&data, 0xaa, sizeof(data));
	check("get_data", ioctl(file, GET_DATA, &data) == 0 && data.size == 5 &&
			  strcmp(data.buf, "hello") == 0);
	check("get_data_nowhere", refused(file, GET_DATA, NULL, EFAULT));
	check("set_data_nowhere", refused(file, SET_DATA, NULL, EFAULT));
	data.size = CHARDEV_DATA_MAX + 1;
	check("set_data_too_large", refused(file, SET_DATA, &data, EINVAL));
	check("the_device_is_as_before", is_as_set(file));

	data.size = 3;
	memcpy(data.buf, "C\0\377", 3);
	check("set_data", ioctl(file, SET_DATA, &data) == 0);
	memset(&data, 0xaa, sizeof(data));
	check("get_what_was_set", ioctl(file, GET_DATA, &data) == 0 &&
				  data.size == 3 &&
				  memcmp(data.buf, "C\0\377lo", 6) == 0);
}

/* With its own numbers, and with those that the kernel's programs have. */
static void check_data_32(int file)
{
	static struct ioctl_info data = { 1, "a" };
	static struct ioctl_info_64 data_64 = { 1, "a" };
	static char room[256];
	unsigned int i;

	memset(room, 0x55, sizeof(room));
	check("set_data", refused(file, SET_DATA, &data, ENOTTY));
	check("get_data", refused(file, GET_DATA, room, ENOTTY));
	check("set_data_of_64_bit",
	      refused(file, SET_DATA_64, &data_64, ENOTTY));
	check("get_data_of_64_bit", refused(file, GET_DATA_64, room, ENOTTY));
	for (i = 0; i < sizeof(room) && room[i] == 0x55; i++)
		;
	check("nothing_is_written", i == sizeof(room));
	check("the_device_is_as_before", is_as_set(file));
}

static void check_file(int file)
{
	struct pollfd poll_file = { file, POLLIN | POLLOUT, 0 };
	char buffer[CHARDEV_BUFFER_MAX + 1];

	check("read", read(file, buffer, sizeof(buffer)) == 10 &&
		      memcmp(buffer, "helloworld", 10) == 0);
	check("read_at_the_end", read(file, buffer, sizeof(buffer)) == 0);
	check("lseek", lseek(file, CHARDEV_BUFFER_MAX - 2, SEEK_SET) ==
		       CHARDEV_BUFFER_MAX - 2);
	check("write_is_cut", write(file, "abc", 3) == 2);
	errno = 0;
	check("write_without_room",
	      write(file, "c", 1) == -1 && errno == ENOSPC);
	errno = 0;
	check("lseek_past_the_end",
	      lseek(file, 1, SEEK_CUR) == -1 && errno == EINVAL);
	check("lseek_to_the_start", lseek(file, 0, SEEK_SET) == 0);
	check("read_what_was_written",
	      read(file, buffer, sizeof(buffer)) == CHARDEV_BUFFER_MAX &&
	      memcmp(buffer + CHARDEV_BUFFER_MAX - 3, "\0ab", 3) == 0);
	check("poll", poll(&poll_file, 1, 0) == 1 &&
		      poll_file.revents == POLLOUT);
}

int main(void)
{
	int file = open("/dev/chardev0", O_RDWR);

	check("open", file >= 0);
	check_history(file);
	check_wait(file);
	check_file(file);
	check("unknown", refused(file, _IO(CHARDEV_IOC_MAGIC, 0), NULL, ENOTTY));
	if (IS_64_BIT)
		check_data_64(file);
	else
		check_data_32(file);
	check("close", close(file) == 0);
	return failures != 0;
}
