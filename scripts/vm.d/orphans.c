/* What the kernel takes for modprobe in a test: leaves a thousand children behind, each of which ends as PID 1's. */
#include <unistd.h>

int main(void)
{
    for (int made = 0; made < 1000; made++)
        if (fork() == 0) {
            while (getppid() != 1)
                usleep(10000);
            _exit(0);
        }
    return 0;
}
