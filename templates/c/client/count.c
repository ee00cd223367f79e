/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * count: prints the device's next number.
 */
#include <stdio.h>
#include <stdlib.h>

#define DEVICE "/dev/counter"

int main(void)
{
	FILE *device = fopen(DEVICE, "r");
	long number;

	if (!device || fscanf(device, "%ld", &number) != 1) {
		perror("count: cannot read " DEVICE " (is the module loaded?)");
		return EXIT_FAILURE;
	}
	printf("%ld\n", number);
	return EXIT_SUCCESS;
}
