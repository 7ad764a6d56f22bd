// watch [--list FILE | --fail INDEX ERRNO | --skip CALL ARGUMENT | --follow | --late | --statfs OFFSET VALUE | --redirect CALL FROM TO]... COMMAND...
//
// Runs a command and sees that nothing outlives it: orphans come to this process, and one that is still there long after
// the command's end is killed, and the exit code is 99 instead of the command's.
//
// With an option, the first process that the command makes with a PID namespace of its own is traced from its first
// instruction on, and so is its vforked child until that executes a program: these are the system calls of a launch.
// A child that is made before it has a program begins with unshare(2); its launch begins when it has descriptors of its
// own and has said so. What it does before can be skipped, but is not counted.
//   --list FILE   writes each call: its index, number and first argument
//   --fail I E    the call with index I fails with errno E, without having been made; 0: it seems to succeed
//   --skip C A    all calls with number C and first argument A (-1: any) seem to succeed, without having been made
//   --follow      openat2(2) follows links to wherever they lead, as open(2) does
//   --late        PID 1 looks at what was executed (statx(2)) only when that has ended
//   --statfs O V  fstatfs(2) tells that the eight bytes at offset O of struct statfs are V
//   --redirect C F T  calls with number C whose second argument is the path F are made with the path T
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LEFT_BEHIND = 99, BROKEN = 98, PATIENCE = 300, MOST_SKIPPED = 8, MOST_REDIRECTED = 4, LONGEST_PATH = 512, RED_ZONE = 256 };

static FILE *list;
static long failing = -1, failing_errno;
static struct { long call, argument; } skipped[MOST_SKIPPED];
static int skips;
static struct { long call; const char *from, *to; } redirected[MOST_REDIRECTED];
static int redirections;
static long calls;
static int follow, late, executed;
static long told_offset = -1, told_value;
static int waits_for_program, has_descriptors, seen_first;
static pid_t command, init, vforked;

// What the call that a process is in will return; 1 where the kernel decides.
static struct { pid_t pid; long result; } pending[2] = {{0, 1}, {0, 1}};

static void die(const char *what)
{
    perror(what);
    exit(BROKEN);
}

static void out_of_patience(int signal)
{
    (void)signal;
    static const char text[] = "watch: a process outlived the command\n";
    (void)!write(2, text, sizeof text - 1);
    // PID 1 of a sandbox takes all of it along.
    if (init > 0)
        kill(init, SIGKILL);
    _exit(LEFT_BEHIND);
}

static int has_own_pid_namespace(pid_t pid)
{
    char path[64], theirs[64] = "", ours[64] = "";
    snprintf(path, sizeof path, "/proc/%d/ns/pid", pid);
    return readlink(path, theirs, sizeof theirs - 1) > 0 && readlink("/proc/self/ns/pid", ours, sizeof ours - 1) > 0 && strcmp(theirs, ours) != 0;
}

static int has_text(pid_t pid, unsigned long address, const char *text)
{
    for (size_t i = 0; i <= strlen(text); i += sizeof(long)) {
        errno = 0;
        long word = ptrace(PTRACE_PEEKDATA, pid, address + i, 0);
        size_t count = strlen(text) + 1 - i;
        if (errno != 0 || memcmp(&word, text + i, count < sizeof word ? count : sizeof word) != 0)
            return 0;
    }
    return 1;
}

static void redirect(pid_t pid, struct user_regs_struct *registers)
{
    for (int i = 0; i < redirections; i++) {
        if (redirected[i].call != (long)registers->orig_rax || !has_text(pid, registers->rsi, redirected[i].from))
            continue;
        char text[LONGEST_PATH + sizeof(long)] = "";
        snprintf(text, LONGEST_PATH, "%s", redirected[i].to);
        unsigned long address = (registers->rsp - RED_ZONE - sizeof text) & ~7UL;
        for (size_t at = 0; at <= strlen(text); at += sizeof(long)) {
            long word;
            memcpy(&word, text + at, sizeof word);
            ptrace(PTRACE_POKEDATA, pid, address + at, word);
        }
        registers->rsi = address;
        ptrace(PTRACE_SETREGS, pid, 0, registers);
        return;
    }
}

static void stopped(pid_t pid, int status);

// The command may still have to come to its program, and is stopped there.
static void await_end(void)
{
    int status;
    while (!executed && waitpid(vforked, &status, __WALL) == vforked && WIFSTOPPED(status))
        stopped(vforked, status);
    struct pollfd ended = { (int)syscall(SYS_pidfd_open, vforked, 0), POLLIN, 0 };
    if (ended.fd < 0 || poll(&ended, 1, PATIENCE * 1000) != 1)
        die("the command");
    close(ended.fd);
}

static void entry(pid_t pid, long *result)
{
    struct user_regs_struct registers;
    if (ptrace(PTRACE_GETREGS, pid, 0, &registers) != 0)
        return;
    *result = 1;
    // PID 1 begins to wait: its launch is over.
    if (registers.orig_rax == SYS_ppoll)
        return;
    if (late && pid == init && vforked != 0 && registers.orig_rax == SYS_statx)
        await_end();
    if (!seen_first++)
        waits_for_program = registers.orig_rax == SYS_unshare;
    if (!waits_for_program) {
        long index = calls++;
        if (list)
            fprintf(list, "%ld %lld %lld\n", index, registers.orig_rax, registers.rdi);
        if (index == failing)
            *result = -failing_errno;
    } else if (registers.orig_rax == SYS_unshare && registers.rdi == CLONE_FILES) {
        has_descriptors = 1;
        return;
    } else if (has_descriptors) {
        waits_for_program = 0;
        return;
    }
    // struct open_how: flags, mode, resolve.
    if (follow && registers.orig_rax == SYS_openat2)
        ptrace(PTRACE_POKEDATA, pid, registers.rdx + 16, 0);
    redirect(pid, &registers);
    for (int i = 0; i < skips; i++)
        if (skipped[i].call == (long)registers.orig_rax && (skipped[i].argument == -1 || skipped[i].argument == (long)registers.rdi))
            *result = 0;
    if (*result == 1)
        return;
    registers.orig_rax = -1;
    ptrace(PTRACE_SETREGS, pid, 0, &registers);
}

static void leave(pid_t pid, long result)
{
    struct user_regs_struct registers;
    if (ptrace(PTRACE_GETREGS, pid, 0, &registers) != 0)
        return;
    if (told_offset >= 0 && registers.orig_rax == SYS_fstatfs)
        ptrace(PTRACE_POKEDATA, pid, registers.rsi + told_offset, told_value);
    if (result == 1)
        return;
    registers.rax = result;
    ptrace(PTRACE_SETREGS, pid, 0, &registers);
}

static void stopped(pid_t pid, int status)
{
    int signal = WSTOPSIG(status), event = status >> 16;
    unsigned long made = 0;
    if (event == PTRACE_EVENT_FORK || event == PTRACE_EVENT_VFORK) {
        ptrace(PTRACE_GETEVENTMSG, pid, 0, &made);
        if (pid == command && init == 0 && has_own_pid_namespace((pid_t)made)) {
            pending[0].pid = init = (pid_t)made;
        } else if (pid == init) {
            pending[1].pid = vforked = (pid_t)made;
        }
        ptrace(pid == command ? PTRACE_CONT : PTRACE_SYSCALL, pid, 0, 0);
    } else if (pid == command) {
        ptrace(PTRACE_CONT, pid, 0, signal == SIGTRAP ? 0 : signal);
    } else if (event == PTRACE_EVENT_EXEC) {
        executed |= pid == vforked;
        ptrace(PTRACE_DETACH, pid, 0, 0);
    } else if (signal == (SIGTRAP | 0x80)) {
        int which = pid == init ? 0 : 1;
        static int inside[2];
        if ((inside[which] = !inside[which]))
            entry(pid, &pending[which].result);
        else
            leave(pid, pending[which].result);
        struct user_regs_struct registers;
        if (which == 0 && ptrace(PTRACE_GETREGS, pid, 0, &registers) == 0 && registers.orig_rax == SYS_ppoll) {
            ptrace(PTRACE_DETACH, pid, 0, 0);
            return;
        }
        ptrace(PTRACE_SYSCALL, pid, 0, 0);
    } else if (signal == SIGSTOP && (pid == init || pid == vforked)) {
        ptrace(PTRACE_SETOPTIONS, pid, 0, PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACEEXEC);
        ptrace(PTRACE_SYSCALL, pid, 0, 0);
    } else if (signal == SIGSTOP && init == 0) {
        // A new child may stop before its parent's event tells of it.
        if (has_own_pid_namespace(pid)) {
            pending[0].pid = init = pid;
            ptrace(PTRACE_SETOPTIONS, pid, 0, PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACEEXEC);
            ptrace(PTRACE_SYSCALL, pid, 0, 0);
        } else {
            ptrace(PTRACE_DETACH, pid, 0, 0);
        }
    } else if (signal == SIGSTOP && init != 0 && vforked == 0 && pid != init) {
        pending[1].pid = vforked = pid;
        ptrace(PTRACE_SETOPTIONS, pid, 0, PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEEXEC);
        ptrace(PTRACE_SYSCALL, pid, 0, 0);
    } else {
        ptrace(PTRACE_DETACH, pid, 0, signal == SIGSTOP || signal == SIGTRAP ? 0 : signal);
    }
}

int main(int argc, char **argv)
{
    int traced = 0;
    argv++;
    for (; *argv && strncmp(*argv, "--", 2) == 0; traced = 1) {
        if (strcmp(*argv, "--list") == 0) {
            list = fopen(argv[1], "we");
            argv += 2;
        } else if (strcmp(*argv, "--fail") == 0) {
            failing = atol(argv[1]);
            failing_errno = atol(argv[2]);
            argv += 3;
        } else if (strcmp(*argv, "--follow") == 0) {
            follow = 1;
            argv++;
        } else if (strcmp(*argv, "--late") == 0) {
            late = 1;
            argv++;
        } else if (strcmp(*argv, "--redirect") == 0) {
            redirected[redirections].call = atol(argv[1]);
            redirected[redirections].from = argv[2];
            redirected[redirections++].to = argv[3];
            argv += 4;
        } else if (strcmp(*argv, "--statfs") == 0) {
            told_offset = atol(argv[1]);
            told_value = atol(argv[2]);
            argv += 3;
        } else {
            skipped[skips].call = atol(argv[1]);
            skipped[skips++].argument = atol(argv[2]);
            argv += 3;
        }
    }
    (void)argc;
    if (prctl(PR_SET_CHILD_SUBREAPER, 1) != 0)
        die("prctl");
    command = fork();
    if (command == 0) {
        if (traced && (ptrace(PTRACE_TRACEME, 0, 0, 0) != 0 || raise(SIGSTOP) != 0))
            die("ptrace");
        execvp(argv[0], argv);
        die(argv[0]);
    }
    int status, result = BROKEN;
    if (traced) {
        if (waitpid(command, &status, 0) != command || ptrace(PTRACE_SETOPTIONS, command, 0, PTRACE_O_TRACEFORK) != 0)
            die("ptrace");
        ptrace(PTRACE_CONT, command, 0, 0);
    }
    signal(SIGALRM, out_of_patience);
    for (pid_t pid; (pid = waitpid(-1, &status, __WALL)) > 0 || errno == EINTR;) {
        if (pid <= 0)
            continue;
        if (WIFSTOPPED(status)) {
            stopped(pid, status);
        } else if (pid == command) {
            result = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
            alarm(PATIENCE);
        }
    }
    if (list)
        fclose(list);
    return result;
}
