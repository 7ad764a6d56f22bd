/*
 * What the kernel takes for modprobe in a test, and so the one process of the machine's own PID namespace that a test has:
 * leaves a thousand children to PID 1, which end with their parent, and sends PID 1 every signal that asks it for nothing.
 */
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

int main(void)
{
    for (int made = 0; made < 1000; made++)
        if (fork() == 0) {
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            /* Before that call the parent may have ended already. */
            while (getppid() != 1)
                pause();
            _exit(0);
        }
    for (int signal = 1; signal <= 64; signal++)
        if (signal != SIGTERM && signal != SIGINT && signal != SIGUSR1 && signal != SIGUSR2)
            kill(1, signal);
    return 0;
}
