// Runs commands in turn, A B C A B C ..., and prints what each took: one line a turn, microseconds, in the order given.
// What disturbs a machine for a while so disturbs all of them alike, and a ratio of two of one line stays true.
//
//     turns COUNT ++ COMMAND [ARG...] [++ COMMAND [ARG...]]...
//
// Output goes to /dev/null. A command that fails ends it: a time of something that did not work is no time.
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>

enum { MaxCommands = 8 };

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1e6 + t.tv_nsec / 1e3;
}

// posix_spawn is vfork and exec: it does not copy this process, whose size would otherwise be part of the time.
static double run(char **command, posix_spawn_file_actions_t *actions) {
    extern char **environ;
    pid_t pid;
    int status;
    double start = now();
    int error = posix_spawnp(&pid, command[0], actions, NULL, command, environ);
    if (error != 0) {
        fprintf(stderr, "turns: %s: %s\n", command[0], strerror(error));
        exit(1);
    }
    waitpid(pid, &status, 0);
    double took = now() - start;
    if (status != 0) {
        fprintf(stderr, "turns: %s ended with status 0x%x\n", command[0], status);
        exit(1);
    }
    return took;
}

int main(int argc, char **argv) {
    char **commands[MaxCommands];
    int count = 0;
    for (int i = 2; i < argc; i++) {
        if (strcmp(argv[i], "++") != 0) continue;
        argv[i] = NULL;
        if (count < MaxCommands) commands[count++] = argv + i + 1;
    }
    if (count == 0 || commands[count - 1][0] == NULL) {
        fputs("usage: turns COUNT ++ COMMAND [ARG...] [++ COMMAND [ARG...]]...\n", stderr);
        return 2;
    }

    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);

    for (int turn = atoi(argv[1]); turn > 0; turn--) {
        for (int i = 0; i < count; i++) printf("%.1f%c", run(commands[i], &actions), i + 1 < count ? ' ' : '\n');
    }
    return 0;
}
