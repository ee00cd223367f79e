// SPDX-License-Identifier: GPL-2.0
/*
 * A device that counts: each open file of /dev/counter reads the next number.
 */
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>

static atomic_t counter_last = ATOMIC_INIT(0);

static int counter_open(struct inode *inode, struct file *file)
{
	file->private_data = (void *)(long)atomic_inc_return(&counter_last);
	return 0;
}

static ssize_t counter_read(struct file *file, char __user *to, size_t count,
			    loff_t *position)
{
	char text[16];
	int length = scnprintf(text, sizeof(text), "%ld\n",
			       (long)file->private_data);

	return simple_read_from_buffer(to, count, position, text, length);
}

static const struct file_operations counter_operations = {
	.owner = THIS_MODULE,
	.open = counter_open,
	.read = counter_read,
};

static struct miscdevice counter_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "counter",
	.fops = &counter_operations,
};
module_misc_device(counter_device);

MODULE_AUTHOR("Your name");
MODULE_DESCRIPTION("A device that counts");
MODULE_LICENSE("GPL");
