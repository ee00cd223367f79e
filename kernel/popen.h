/* SPDX-License-Identifier: GPL-2.0 */
/*
 * popen(3) through $SHELL. The C library's own runs /bin/sh, which a Nix
 * sandbox need not have, and Kconfig asks it for each compiler feature.
 *
 * Included ahead of Kconfig's preprocess.c, which has one pipe open at a
 * time.
 */
#ifndef FERRITE_POPEN_H
#define FERRITE_POPEN_H

#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static pid_t shell_pid;

static inline FILE *shell_popen(const char *command)
{
	int ends[2];

	if (pipe(ends))
		return NULL;
	shell_pid = fork();
	if (shell_pid < 0)
		return NULL;
	if (!shell_pid) {
		const char *shell = getenv("SHELL");

		dup2(ends[1], STDOUT_FILENO);
		close(ends[0]);
		close(ends[1]);
		execl(shell, shell, "-c", command, NULL);
		_exit(127);
	}
	close(ends[1]);
	return fdopen(ends[0], "r");
}

static inline int shell_pclose(FILE *stream)
{
	int status;

	fclose(stream);
	return waitpid(shell_pid, &status, 0) < 0 ? -1 : status;
}

#define popen(command, mode) shell_popen(command)
#define pclose(stream) shell_pclose(stream)

#endif
