// Keeps many copies of one command running at once, and says how long it took until all of them ran.
//
//     crowd COUNT AT-ONCE COMMAND [ARG...]
//
// The command writes one line when it runs and then stays. AT-ONCE of them are being started at any time. When the
// last one has written its line, the time is printed in microseconds; when standard input ends, all are killed.
#define _GNU_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1e6 + t.tv_nsec / 1e3;
}

int main(int argc, char **argv) {
    if (argc < 4) {
        fputs("usage: crowd COUNT AT-ONCE COMMAND [ARG...]\n", stderr);
        return 2;
    }
    int count = atoi(argv[1]), at_once = atoi(argv[2]), started = 0, running = 0, lines[2];
    pid_t *pids = calloc(count, sizeof *pids);
    char buffer[256];

    if (pids == NULL || pipe2(lines, O_CLOEXEC) < 0) return 1;
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, lines[1], 1);

    double start = now();
    while (running < count) {
        for (; started < count && started - running < at_once; started++) {
            int error = posix_spawnp(&pids[started], argv[3], &actions, NULL, argv + 3, environ);
            if (error != 0) {
                fprintf(stderr, "crowd: %s: %s\n", argv[3], strerror(error));
                return 1;
            }
        }
        struct pollfd line = {.fd = lines[0], .events = POLLIN};
        if (poll(&line, 1, 100) > 0) {
            ssize_t got = read(lines[0], buffer, sizeof buffer);
            for (ssize_t i = 0; i < got; i++) running += buffer[i] == '\n';
        }
        // One that ends has failed: its line will never come.
        if (waitpid(-1, NULL, WNOHANG) > 0) {
            fprintf(stderr, "crowd: one ended when %d were running\n", running);
            for (int i = 0; i < started; i++) kill(pids[i], SIGKILL);
            return 1;
        }
    }
    printf("%.0f\n", now() - start);
    fflush(stdout);

    while (read(0, buffer, sizeof buffer) > 0) {}
    for (int i = 0; i < count; i++) kill(pids[i], SIGKILL);
    while (wait(NULL) > 0) {}
    return 0;
}
