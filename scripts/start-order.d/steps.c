// Runs a command, and all processes that it starts, instruction by instruction, and writes the address of each that lies
// in the executable, once, at its first execution: hexadecimal, one a line.
//
//     steps FILE COMMAND [ARG...]
//
// The executable is linked to fixed low addresses; whatever else is run lies higher.
#define _GNU_SOURCE
#include <elf.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

enum { End = 0x1000000 };

static unsigned char seen[End];

static void fail(const char *what) {
    perror(what);
    exit(1);
}

// The kernel's own code for reading the clock begins anew when the clock ticks meanwhile: step by step it would never end.
// Without the address of it the C library asks the kernel.
static void hide_vdso(pid_t process) {
    unsigned long place = (unsigned long)ptrace(PTRACE_PEEKUSER, process, offsetof(struct user_regs_struct, rsp), 0);
    unsigned long words = (unsigned long)ptrace(PTRACE_PEEKDATA, process, place, 0);
    place += (words + 2) * sizeof(long);
    while (ptrace(PTRACE_PEEKDATA, process, place, 0) != 0) place += sizeof(long);
    for (place += sizeof(long);; place += sizeof(Elf64_auxv_t)) {
        long type = ptrace(PTRACE_PEEKDATA, process, place, 0);
        if (type == AT_NULL) return;
        if (type == AT_SYSINFO_EHDR) ptrace(PTRACE_POKEDATA, process, place, AT_IGNORE);
    }
}

// A stop for SIGTRAP is the step itself, an event of ptrace, or the first stop of a new process; no command here sends one.
static int signal_to_deliver(int status) {
    int signal = WSTOPSIG(status);
    return signal == SIGTRAP || signal == SIGSTOP ? 0 : signal;
}

int main(int count, char **words) {
    if (count < 3) {
        fprintf(stderr, "Usage: steps FILE COMMAND [ARG...]\n");
        return 2;
    }

    FILE *output = fopen(words[1], "w");
    if (output == NULL) fail(words[1]);
    pid_t command = fork();
    if (command == 0) {
        ptrace(PTRACE_TRACEME, 0, 0, 0);
        execv(words[2], words + 2);
        fail(words[2]);
    }

    int status, code = 1;
    if (waitpid(command, &status, 0) < 0 || !WIFSTOPPED(status)) fail("waitpid");
    long options = PTRACE_O_TRACECLONE | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_EXITKILL;
    if (ptrace(PTRACE_SETOPTIONS, command, 0, options) < 0) fail("ptrace");
    hide_vdso(command);
    for (pid_t process = command; process > 0; process = waitpid(-1, &status, __WALL)) {
        if (!WIFSTOPPED(status)) {
            if (process == command) code = WIFEXITED(status) ? WEXITSTATUS(status) : 1;
            continue;
        }
        unsigned long place = (unsigned long)ptrace(PTRACE_PEEKUSER, process, offsetof(struct user_regs_struct, rip), 0);
        if (place < End && !seen[place]) {
            seen[place] = 1;
            fprintf(output, "%lx\n", place);
        }
        // A process that was killed meanwhile is met again by waitpid.
        ptrace(PTRACE_SINGLESTEP, process, 0, signal_to_deliver(status));
    }
    return fclose(output) == 0 ? code : 1;
}
