// SPDX-License-Identifier: GPL-2.0
/*
 * SET_DATA and GET_DATA of driver/chardev, in C, to compare with.
 *
 * The devices /dev/twin0 and on answer the same commands and do the same work
 * for them: the data under a reader-writer semaphore, the history, the
 * statistics of each process, and the wake-up of those who wait. What has no
 * part in that is not here: read, write, lseek, compat_ioctl, fdinfo.
 *
 * All of it is in one file, for the compiler to see at once, as rustc sees the
 * whole of a module in Rust.
 */

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/atomic.h>
#include <linux/cdev.h>
#include <linux/cleanup.h>
#include <linux/debugfs.h>
#include <linux/device.h>
#include <linux/fs.h>
#include <linux/hashtable.h>
#include <linux/jiffies.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/poll.h>
#include <linux/rwsem.h>
#include <linux/sched.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/timekeeping.h>
#include <linux/uaccess.h>
#include <linux/wait.h>

#include <chardev.h>

#define TWIN_DEVICES 2

/* As many processes as there are buckets, 2 to the power of this, are found at once. */
#define TWIN_PROCESSES_BITS 6

/* A process, as it was when it called. */
struct twin_caller {
	pid_t pid;
	char comm[TASK_COMM_LEN];
};

/* By whom and when something was set. */
struct twin_origin {
	struct twin_caller caller;
	u64 time_ns;
};

/* One SET_DATA. */
struct twin_set {
	struct list_head node;
	struct ioctl_info data;
	struct twin_origin origin;
	u64 sequence;		/* 0: nothing was set yet */
};

/* What belongs to a minor number, whoever has it open. */
struct twin_minor {
	struct rw_semaphore lock;	/* data, history */
	struct ioctl_info data;
	struct list_head history;	/* CHARDEV_HISTORY_MAX of struct twin_set, oldest first */
	u64 sequence;			/* of the latest of them */

	/* For those who wait: sequence once more, which they need not sleep to look at. */
	spinlock_t news_lock;		/* news */
	u64 news;
	wait_queue_head_t changed;
};

struct twin_counters {
	u64 opens;
	u64 sets;
	u64 gets;
	u64 bytes_in;
	u64 bytes_out;
};

/* A process that has a device open. */
struct twin_process {
	struct hlist_node node;
	struct twin_caller caller;
	unsigned int files;		/* protected by twin_processes_lock */
	spinlock_t lock;		/* counters */
	struct twin_counters counters;
};

/* An open file. */
struct twin_file {
	struct twin_minor *minor;
	struct twin_process *process;
	atomic64_t told;		/* the latest sequence that a command told of */
};

static struct twin_minor twin_minors[TWIN_DEVICES];

static DEFINE_HASHTABLE(twin_processes, TWIN_PROCESSES_BITS);
static DEFINE_MUTEX(twin_processes_lock);

static dev_t twin_numbers;
static struct cdev twin_cdev;
static struct dentry *twin_debugfs;

static void twin_caller_current(struct twin_caller *caller)
{
	caller->pid = task_tgid_nr(current);
	get_task_comm(caller->comm, current->group_leader);
}

/* Data */

static long twin_set_data(struct twin_file *file,
			  const struct ioctl_info __user *arg)
{
	struct twin_minor *minor = file->minor;
	struct twin_process *process = file->process;
	struct twin_origin origin;
	struct ioctl_info data;
	struct twin_set *set;

	if (copy_from_user(&data, arg, sizeof(data)))
		return -EFAULT;
	if (data.size > CHARDEV_DATA_MAX)
		return -EINVAL;
	twin_caller_current(&origin.caller);
	origin.time_ns = ktime_get_real_ns();

	down_write(&minor->lock);
	minor->data = data;
	/* The oldest makes room for the newest. */
	set = list_first_entry(&minor->history, struct twin_set, node);
	set->data = data;
	set->origin = origin;
	set->sequence = ++minor->sequence;
	list_move_tail(&set->node, &minor->history);
	spin_lock(&minor->news_lock);
	minor->news = minor->sequence;
	spin_unlock(&minor->news_lock);
	up_write(&minor->lock);
	wake_up_all(&minor->changed);

	spin_lock(&process->lock);
	process->counters.sets++;
	process->counters.bytes_in += data.size;
	spin_unlock(&process->lock);
	return 0;
}

static long twin_get_data(struct twin_file *file, struct ioctl_info __user *arg)
{
	struct twin_minor *minor = file->minor;
	struct twin_process *process = file->process;
	struct ioctl_info data;
	u64 sequence;

	down_read(&minor->lock);
	data = minor->data;
	sequence = minor->sequence;
	up_read(&minor->lock);

	if (copy_to_user(arg, &data, sizeof(data)))
		return -EFAULT;
	atomic64_set(&file->told, sequence);

	spin_lock(&process->lock);
	process->counters.gets++;
	process->counters.bytes_out += data.size;
	spin_unlock(&process->lock);
	return 0;
}

static u64 twin_news(struct twin_minor *minor)
{
	guard(spinlock)(&minor->news_lock);
	return minor->news;
}

/* History */

static void twin_copy_history(struct twin_minor *minor,
			      struct chardev_history *history)
{
	struct twin_set *set;

	guard(rwsem_read)(&minor->lock);
	history->sequence = minor->sequence;
	list_for_each_entry(set, &minor->history, node) {
		struct chardev_history_entry *entry;

		if (!set->sequence)
			continue;
		entry = &history->entries[history->count++];
		entry->sequence = set->sequence;
		entry->time_ns = set->origin.time_ns;
		entry->pid = set->origin.caller.pid;
		entry->size = set->data.size;
		memcpy(entry->comm, set->origin.caller.comm, sizeof(entry->comm));
		memcpy(entry->buf, set->data.buf, sizeof(entry->buf));
	}
}

static noinline_for_stack long
twin_get_history(struct twin_file *file, struct chardev_history __user *arg)
{
	struct chardev_history *history __free(kfree) = NULL;
	u32 flags;

	if (get_user(flags, &arg->flags))
		return -EFAULT;
	if (flags)
		return -EINVAL;

	history = kzalloc(sizeof(*history), GFP_KERNEL);
	if (!history)
		return -ENOMEM;
	twin_copy_history(file->minor, history);
	if (copy_to_user(arg, history, sizeof(*history)))
		return -EFAULT;
	atomic64_set(&file->told, history->sequence);
	return 0;
}

/* Waiting */

static noinline_for_stack long
twin_wait_change(struct file *file, struct chardev_wait __user *arg)
{
	struct twin_file *private = file->private_data;
	struct twin_minor *minor = private->minor;
	struct chardev_wait wait;
	long left;
	int err;

	if (copy_from_user(&wait, arg, sizeof(wait)))
		return -EFAULT;
	if (wait.flags)
		return -EINVAL;

	if (file->f_flags & O_NONBLOCK) {
		if (twin_news(minor) == wait.sequence)
			return -EAGAIN;
	} else if (wait.timeout_ms < 0) {
		err = wait_event_interruptible(minor->changed,
					       twin_news(minor) != wait.sequence);
		if (err)
			return err;
	} else {
		left = wait_event_interruptible_timeout(minor->changed,
							twin_news(minor) != wait.sequence,
							msecs_to_jiffies(wait.timeout_ms));
		if (left < 0)
			return -EINTR;
		if (!left)
			return -ETIMEDOUT;
	}

	wait.sequence = twin_news(minor);
	if (copy_to_user(arg, &wait, sizeof(wait)))
		return -EFAULT;
	atomic64_set(&private->told, wait.sequence);
	return 0;
}

/* Devices */

static void twin_free_minor(struct twin_minor *minor)
{
	struct twin_set *set, *next;

	list_for_each_entry_safe(set, next, &minor->history, node)
		kfree(set);
}

static int twin_init_minor(struct twin_minor *minor)
{
	init_rwsem(&minor->lock);
	INIT_LIST_HEAD(&minor->history);
	spin_lock_init(&minor->news_lock);
	init_waitqueue_head(&minor->changed);

	for (int i = 0; i < CHARDEV_HISTORY_MAX; i++) {
		struct twin_set *set = kzalloc(sizeof(*set), GFP_KERNEL);

		if (!set) {
			twin_free_minor(minor);
			return -ENOMEM;
		}
		list_add_tail(&set->node, &minor->history);
	}
	return 0;
}

/* Processes */

static struct twin_process *twin_find_process(pid_t pid)
{
	struct twin_process *process;

	hash_for_each_possible(twin_processes, process, node, pid)
		if (process->caller.pid == pid)
			return process;
	return NULL;
}

/* The current process, with one file more. */
static struct twin_process *twin_process_opened(void)
{
	struct twin_process *process;

	guard(mutex)(&twin_processes_lock);
	process = twin_find_process(task_tgid_nr(current));
	if (!process) {
		process = kzalloc(sizeof(*process), GFP_KERNEL_ACCOUNT);
		if (!process)
			return NULL;
		twin_caller_current(&process->caller);
		spin_lock_init(&process->lock);
		hash_add(twin_processes, &process->node, process->caller.pid);
	}
	process->files++;

	guard(spinlock)(&process->lock);
	process->counters.opens++;
	return process;
}

static void twin_process_closed(struct twin_process *process)
{
	guard(mutex)(&twin_processes_lock);
	if (--process->files)
		return;
	hash_del(&process->node);
	kfree(process);
}

static int twin_processes_show(struct seq_file *seq, void *unused)
{
	struct twin_process *process;
	int bucket;

	guard(mutex)(&twin_processes_lock);
	hash_for_each(twin_processes, bucket, process, node) {
		struct twin_counters counters;

		spin_lock(&process->lock);
		counters = process->counters;
		spin_unlock(&process->lock);
		seq_printf(seq, "pid=%d comm=\"%*pE\" files=%u ",
			   process->caller.pid,
			   (int)strlen(process->caller.comm),
			   process->caller.comm, process->files);
		seq_printf(seq, "opens=%llu sets=%llu gets=%llu bytes_in=%llu bytes_out=%llu\n",
			   counters.opens, counters.sets, counters.gets,
			   counters.bytes_in, counters.bytes_out);
	}
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(twin_processes);

/* Files */

static int twin_open(struct inode *inode, struct file *file)
{
	struct twin_file *private = kzalloc(sizeof(*private), GFP_KERNEL_ACCOUNT);

	if (!private)
		return -ENOMEM;
	private->minor = &twin_minors[iminor(inode) - MINOR(twin_numbers)];
	private->process = twin_process_opened();
	if (!private->process) {
		kfree(private);
		return -ENOMEM;
	}
	atomic64_set(&private->told, twin_news(private->minor));
	file->private_data = private;
	return 0;
}

static int twin_release(struct inode *inode, struct file *file)
{
	struct twin_file *private = file->private_data;

	twin_process_closed(private->process);
	kfree(private);
	return 0;
}

static long twin_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	switch (cmd) {
	case SET_DATA:
		return twin_set_data(file->private_data, (void __user *)arg);
	case GET_DATA:
		return twin_get_data(file->private_data, (void __user *)arg);
	case GET_HISTORY:
		return twin_get_history(file->private_data, (void __user *)arg);
	case WAIT_CHANGE:
		return twin_wait_change(file, (void __user *)arg);
	default:
		return -ENOTTY;
	}
}

static __poll_t twin_poll(struct file *file, poll_table *table)
{
	struct twin_file *private = file->private_data;
	struct twin_minor *minor = private->minor;
	__poll_t events = EPOLLOUT | EPOLLWRNORM;

	poll_wait(file, &minor->changed, table);
	if (twin_news(minor) != atomic64_read(&private->told))
		events |= EPOLLIN | EPOLLRDNORM;
	return events;
}

static const struct file_operations twin_fops = {
	.owner = THIS_MODULE,
	.open = twin_open,
	.release = twin_release,
	.unlocked_ioctl = twin_ioctl,
	.poll = twin_poll,
};

/* Module */

static const struct class twin_class = {
	.name = "twin",
};

static void twin_destroy_nodes(int count)
{
	while (count--)
		device_destroy(&twin_class, twin_numbers + count);
}

static int twin_create_nodes(void)
{
	for (int i = 0; i < TWIN_DEVICES; i++) {
		struct device *node = device_create(&twin_class, NULL,
						    twin_numbers + i, NULL,
						    "twin%d", i);

		if (IS_ERR(node)) {
			twin_destroy_nodes(i);
			return PTR_ERR(node);
		}
	}
	return 0;
}

static void twin_free_minors(int count)
{
	while (count--)
		twin_free_minor(&twin_minors[count]);
}

static int twin_init_minors(void)
{
	for (int i = 0; i < TWIN_DEVICES; i++) {
		int err = twin_init_minor(&twin_minors[i]);

		if (err) {
			twin_free_minors(i);
			return err;
		}
	}
	return 0;
}

static int __init twin_init(void)
{
	int err = twin_init_minors();

	if (err)
		return err;
	err = alloc_chrdev_region(&twin_numbers, 0, TWIN_DEVICES, "twin");
	if (err)
		goto free_minors;
	err = class_register(&twin_class);
	if (err)
		goto unregister_numbers;
	err = twin_create_nodes();
	if (err)
		goto unregister_class;

	/* Last, since from here on the devices can be opened. */
	cdev_init(&twin_cdev, &twin_fops);
	twin_cdev.owner = THIS_MODULE;
	err = cdev_add(&twin_cdev, twin_numbers, TWIN_DEVICES);
	if (err)
		goto destroy_nodes;

	/* It is for looking at: without it all else works. */
	twin_debugfs = debugfs_create_dir("twin", NULL);
	debugfs_create_file("processes", 0400, twin_debugfs, NULL, &twin_processes_fops);
	return 0;

destroy_nodes:
	twin_destroy_nodes(TWIN_DEVICES);
unregister_class:
	class_unregister(&twin_class);
unregister_numbers:
	unregister_chrdev_region(twin_numbers, TWIN_DEVICES);
free_minors:
	twin_free_minors(TWIN_DEVICES);
	return err;
}

static void __exit twin_exit(void)
{
	debugfs_remove(twin_debugfs);
	cdev_del(&twin_cdev);
	twin_destroy_nodes(TWIN_DEVICES);
	class_unregister(&twin_class);
	unregister_chrdev_region(twin_numbers, TWIN_DEVICES);
	twin_free_minors(TWIN_DEVICES);
}

module_init(twin_init);
module_exit(twin_exit);

MODULE_DESCRIPTION("SET_DATA and GET_DATA of the chardev driver in C, to compare with");
MODULE_AUTHOR("The ferrite authors");
MODULE_LICENSE("GPL");
