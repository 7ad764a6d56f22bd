// Runs a command on a terminal of its own and copies what it writes to standard output: the least that giving a command
// a terminal costs, in plain C.
//
//     ptycopy COMMAND [ARG...]
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <pty.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static char buffer[64 * 1024];

static int copy(int from, int to) {
    ssize_t count = read(from, buffer, sizeof buffer);
    if (count <= 0) return -1;
    for (ssize_t done = 0; done < count;) {
        ssize_t written = write(to, buffer + done, count - done);
        if (written < 0 && errno != EINTR) return -1;
        if (written > 0) done += written;
    }
    return 0;
}

int main(int argc, char **argv) {
    if (argc < 2) {
        fputs("usage: ptycopy COMMAND [ARG...]\n", stderr);
        return 2;
    }
    int master;
    pid_t command = forkpty(&master, NULL, NULL, NULL);
    if (command == 0) {
        execvp(argv[1], argv + 1);
        fprintf(stderr, "ptycopy: %s: %s\n", argv[1], strerror(errno));
        _exit(127);
    }
    struct pollfd polled[2] = {{.fd = 0, .events = POLLIN}, {.fd = master, .events = POLLIN}};
    for (;;) {
        if (poll(polled, 2, -1) < 0 && errno != EINTR) return 1;
        if (polled[0].revents && copy(0, master) < 0) polled[0].fd = -1;
        if (polled[1].revents && copy(master, 1) < 0) break;
    }
    int status;
    waitpid(command, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
