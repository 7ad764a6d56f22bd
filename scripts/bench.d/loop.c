// loop CALL COUNT: what one system call costs, in nanoseconds, over COUNT of them. All of CALL end early in the kernel, so
// that what a seccomp filter takes of them shows.
#define _GNU_SOURCE
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static const struct { const char *name; long number, first, second; } calls[] = {
    { "getppid", SYS_getppid, 0, 0 },
    { "personality", SYS_personality, 0xFFFFFFFF, 0 },
    // Flags that there are not.
    { "socket", SYS_socket, AF_UNIX, SOCK_STREAM | 0x10 },
    { "clone", SYS_clone, CLONE_SIGHAND, 0 },
};

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1e9 + time.tv_nsec;
}

int main(int count, char **words)
{
    for (size_t i = 0; count == 3 && i < sizeof calls / sizeof calls[0]; i++)
        if (strcmp(calls[i].name, words[1]) == 0) {
            long times = atol(words[2]);
            double start = now();
            for (long n = 0; n < times; n++)
                syscall(calls[i].number, calls[i].first, calls[i].second, 0, 0, 0);
            printf("%.2f\n", (now() - start) / times);
            return 0;
        }
    fprintf(stderr, "usage: loop CALL COUNT\n");
    return 2;
}
