/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The header by itself, with nothing before it, for C and for C++. What a macro
 * stands for is compiled only where it is used.
 */
#include <chardev.h>

/* Included twice, it is there once. */
#include <chardev.h>

extern const unsigned int numbers[];
const unsigned int numbers[] = { SET_DATA, GET_DATA, GET_HISTORY, WAIT_CHANGE };

extern const __u64 nothing;
const __u64 nothing = CHARDEV_WAIT_NOTHING;

extern struct ioctl_info data;
struct ioctl_info data = { CHARDEV_DATA_MAX, { 0 } };

extern struct chardev_history history;
struct chardev_history history = { 0, CHARDEV_HISTORY_MAX, 0, { { 0, 0, 0, 0, { 0 }, { 0 } } } };

extern struct chardev_wait wait;
struct chardev_wait wait = { 0, -1, 0 };

extern char name[CHARDEV_COMM_LEN], buffer[CHARDEV_BUFFER_MAX];
char name[CHARDEV_COMM_LEN], buffer[CHARDEV_BUFFER_MAX];
