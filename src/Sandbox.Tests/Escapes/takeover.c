// takeover VERB OUTSIDE [--skip CALL ARGUMENT]... [--replace] [--unsealed] [--follow] COMMAND...
//
// Runs a command of sandbox and takes over the worker process that it starts with VERB, as an archive would that found a
// hole in its parsers: from the first call after its execve(2) on, the worker makes the calls of the list below, and then
// dies. Its capabilities are printed, and each call with "success" or the name of the errno that stopped it. OUTSIDE is a file that the caller
// may write. --skip lets all calls with number CALL and first argument ARGUMENT (-1: any) of the worker's launch seem to
// succeed without having been made. With --replace the first such worker does its work and nothing of the list; when it
// is about to report, it puts a link to the directory OUTSIDE in the place of the tree "fs", and reports then. With
// --unsealed the launcher seals no memory. With --follow no such worker is taken over: each does its work, and openat2(2)
// follows links to wherever they lead, as open(2) does.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MOST_SKIPPED = 8, MOST_TRACED = 64, DIRECTORY = 3, ARCHIVE = 4, SYSCALL_SIZE = 2, RED_ZONE = 256 };

static struct { long call, argument; } skipped[MOST_SKIPPED];
static int skips, unsealed, follow;
static pid_t launcher;
static const char *replacement;

// A process between the launcher and its execve: whether it is in a call, and whether that one is skipped.
static struct traced { pid_t pid; int inside, skipping, replaces, follows; } traced[MOST_TRACED];
static int count_of_traced;

// A call of the worker's; TEXT stands for the address of its text, LAUNCHER for the PID of who started it.
#define TEXT (-4242L)
#define LAUNCHER (-4243L)
static struct attack { const char *name; long number, arguments[4]; const char *text; } attacks[] = {
    // First: what else is opened has the archive's number in a worker that has none.
    { "write_archive", SYS_pwrite64, { ARCHIVE, TEXT, 3, 0 }, "own" },
    { "write_own_tree", SYS_openat, { DIRECTORY, TEXT, O_WRONLY | O_CREAT, 0600 }, "own" },
    { "read_outside", SYS_openat, { AT_FDCWD, TEXT, O_RDONLY }, NULL },
    { "write_outside", SYS_openat, { AT_FDCWD, TEXT, O_WRONLY }, NULL },
    { "climb_out", SYS_openat, { DIRECTORY, TEXT, O_RDONLY }, NULL },
    { "make_disk", SYS_mknodat, { DIRECTORY, TEXT, S_IFBLK | 0600, 0x800 }, "disk" },
    { "socket", SYS_socket, { AF_INET, SOCK_STREAM, 0 }, NULL },
    { "unix_socket", SYS_socket, { AF_UNIX, SOCK_STREAM, 0 }, NULL },
    { "namespace", SYS_unshare, { CLONE_NEWUTS }, NULL },
    { "signal_launcher", SYS_kill, { LAUNCHER, 0 }, NULL },
    { "limit_launcher", SYS_prlimit64, { LAUNCHER, RLIMIT_CPU, 0, 0 }, NULL },
    { "own_for_launcher", SYS_fcntl, { 0, F_SETOWN, LAUNCHER }, NULL },
    { "signal_by_descriptor", SYS_fcntl, { 0, F_SETSIG, SIGKILL }, NULL },
    { "write_to_terminal", SYS_write, { 2, TEXT, 8 }, "\033]0;own\a" },
    { "execute_archive", SYS_execve, { TEXT, 0, 0 }, "/proc/self/fd/4" },
    { "execute", SYS_execve, { TEXT, 0, 0 }, "/bin/true" },
};

static void die(const char *what)
{
    perror(what);
    exit(98);
}

static int is_worker(pid_t pid, const char *verb)
{
    char path[64], words[256] = "";
    snprintf(path, sizeof path, "/proc/%d/cmdline", pid);
    int file = open(path, O_RDONLY);
    ssize_t length = file < 0 ? 0 : read(file, words, sizeof words - 1);
    close(file);
    return length > 0 && strcmp(words + strlen(words) + 1, verb) == 0;
}

static void next_stop(pid_t pid)
{
    int status;
    if (ptrace(PTRACE_SYSCALL, pid, 0, 0) != 0 || waitpid(pid, &status, __WALL) != pid || !WIFSTOPPED(status))
        die("worker");
}

static void put(pid_t pid, unsigned long address, const char *text)
{
    for (size_t i = 0; i <= strlen(text); i += sizeof(long)) {
        long word = 0;
        memcpy(&word, text + i, strnlen(text + i, sizeof word));
        ptrace(PTRACE_POKEDATA, pid, address + i, word);
    }
}

static long make(pid_t pid, struct user_regs_struct registers, const struct attack *attack)
{
    unsigned long address = registers.rsp - RED_ZONE - 1024;
    if (attack->text)
        put(pid, address, attack->text);
    unsigned long long *places[] = { &registers.rdi, &registers.rsi, &registers.rdx, &registers.r10 };
    for (int i = 0; i < 4; i++)
        *places[i] = attack->arguments[i] == TEXT ? (long)address : attack->arguments[i] == LAUNCHER ? launcher : attack->arguments[i];
    registers.rax = registers.orig_rax = attack->number;
    if (ptrace(PTRACE_SETREGS, pid, 0, &registers) != 0)
        die("registers");
    next_stop(pid);
    ptrace(PTRACE_GETREGS, pid, 0, &registers);
    return registers.rax;
}

// Back to the instruction, for the next call to come to its entry.
static void go_back(pid_t pid, struct user_regs_struct start, long number)
{
    start.rip -= SYSCALL_SIZE;
    start.rax = number;
    ptrace(PTRACE_SETREGS, pid, 0, &start);
    next_stop(pid);
}

// The worker is about to write its report.
static void replace_tree(pid_t pid, struct user_regs_struct start)
{
    long tree = start.rsp - RED_ZONE - 2048, gone = tree + 64, target = tree + 128;
    struct attack moves[] = {
        { "rename", SYS_renameat, { DIRECTORY, tree, DIRECTORY, gone }, NULL },
        { "replace", SYS_symlinkat, { target, DIRECTORY, tree }, NULL },
    };
    put(pid, tree, "fs");
    put(pid, gone, "gone");
    put(pid, target, replacement);
    for (size_t i = 0; i < sizeof moves / sizeof moves[0]; i++) {
        long result = make(pid, start, &moves[i]);
        fprintf(stderr, "%s %s\n", moves[i].name, result >= 0 ? "success" : strerrorname_np(-result));
        go_back(pid, start, SYS_write);
    }
    ptrace(PTRACE_DETACH, pid, 0, 0);
}

static void print_capabilities(pid_t pid)
{
    char path[64], line[256];
    unsigned long long set;
    snprintf(path, sizeof path, "/proc/%d/status", pid);
    FILE *status = fopen(path, "re");
    while (status && fgets(line, sizeof line, status))
        if (sscanf(line, "CapPrm: %llx", &set) == 1)
            printf("capabilities %llx\n", set);
    if (status)
        fclose(status);
}

// The worker is about to make its first call.
static void take_over(pid_t pid)
{
    struct user_regs_struct start;
    print_capabilities(pid);
    ptrace(PTRACE_GETREGS, pid, 0, &start);
    for (size_t i = 0; i < sizeof attacks / sizeof attacks[0]; i++) {
        long result = make(pid, start, &attacks[i]);
        printf("%s %s\n", attacks[i].name, result >= 0 ? "success" : strerrorname_np(-result));
        if (result < 0 || attacks[i].number != SYS_execve)
            go_back(pid, start, SYS_getpid);
    }
    kill(pid, SIGKILL);
}

static int is_skipped(pid_t pid)
{
    struct user_regs_struct registers;
    ptrace(PTRACE_GETREGS, pid, 0, &registers);
    for (int i = 0; i < skips; i++)
        if (skipped[i].call == (long)registers.orig_rax && (skipped[i].argument == -1 || skipped[i].argument == (long)registers.rdi)) {
            registers.orig_rax = -1;
            ptrace(PTRACE_SETREGS, pid, 0, &registers);
            return 1;
        }
    return 0;
}

// One stop of a process that the launcher has made: up to its execve it is sandbox's own program.
static void stopped(struct traced *process, int status, const char *verb)
{
    struct user_regs_struct registers;
    pid_t pid = process->pid;
    int signal = WSTOPSIG(status);
    if (status >> 16 == PTRACE_EVENT_EXEC) {
        static int replaced;
        if (replacement && is_worker(pid, verb) && !replaced) {
            replaced = process->replaces = 1;
            ptrace(PTRACE_SYSCALL, pid, 0, 0);
            return;
        }
        if (follow && is_worker(pid, verb)) {
            process->follows = 1;
            ptrace(PTRACE_SYSCALL, pid, 0, 0);
            return;
        }
        if (!replacement && is_worker(pid, verb)) {
            // Out of execve, and into the first call.
            next_stop(pid);
            next_stop(pid);
            take_over(pid);
        }
        ptrace(PTRACE_DETACH, pid, 0, 0);
        return;
    }
    if (signal == (SIGTRAP | 0x80)) {
        signal = 0;
        process->inside = !process->inside;
        if (process->inside && process->replaces) {
            ptrace(PTRACE_GETREGS, pid, 0, &registers);
            if (registers.orig_rax == SYS_write && registers.rdi == 1) {
                replace_tree(pid, registers);
                return;
            }
        } else if (process->inside && process->follows) {
            // struct open_how: flags, mode, resolve.
            ptrace(PTRACE_GETREGS, pid, 0, &registers);
            if (registers.orig_rax == SYS_openat2)
                ptrace(PTRACE_POKEDATA, pid, registers.rdx + 16, 0);
        } else if (process->inside) {
            process->skipping = is_skipped(pid);
        } else if (process->skipping) {
            ptrace(PTRACE_GETREGS, pid, 0, &registers);
            registers.rax = 0;
            ptrace(PTRACE_SETREGS, pid, 0, &registers);
        }
    }
    ptrace(PTRACE_SYSCALL, pid, 0, signal == SIGTRAP || signal == SIGSTOP ? 0 : signal);
}

// The launcher, which with --unsealed stops at each call.
static void launcher_stopped(int status)
{
    static int inside, skipping;
    struct user_regs_struct registers;
    int signal = WSTOPSIG(status);
    if (signal == (SIGTRAP | 0x80)) {
        inside = !inside;
        ptrace(PTRACE_GETREGS, launcher, 0, &registers);
        if (inside && registers.orig_rax == SYS_fcntl && registers.rsi == F_ADD_SEALS) {
            skipping = 1;
            registers.orig_rax = -1;
            ptrace(PTRACE_SETREGS, launcher, 0, &registers);
        } else if (!inside && skipping) {
            skipping = 0;
            registers.rax = 0;
            ptrace(PTRACE_SETREGS, launcher, 0, &registers);
        }
    }
    int own = status >> 16 != 0 || signal == SIGTRAP || signal == (SIGTRAP | 0x80);
    ptrace(unsealed ? PTRACE_SYSCALL : PTRACE_CONT, launcher, 0, own ? 0 : signal);
}

static struct traced *find(pid_t pid)
{
    for (int i = 0; i < count_of_traced; i++)
        if (traced[i].pid == pid)
            return &traced[i];
    if (count_of_traced == MOST_TRACED)
        die("too many processes");
    traced[count_of_traced].pid = pid;
    return &traced[count_of_traced++];
}

int main(int count, char **words)
{
    const char *verb = words[1];
    if (count < 4)
        return 2;
    attacks[2].text = attacks[3].text = words[2];
    char climbing[512];
    snprintf(climbing, sizeof climbing, "../../../../../../../../../..%s", words[2]);
    attacks[4].text = climbing;
    for (words += 3; *words && strcmp(*words, "--skip") == 0; words += 3, skips++) {
        skipped[skips].call = atol(words[1]);
        skipped[skips].argument = atol(words[2]);
    }
    if (*words && strcmp(*words, "--replace") == 0) {
        replacement = attacks[2].text;
        words++;
    }
    if (*words && strcmp(*words, "--unsealed") == 0) {
        unsealed = 1;
        words++;
    }
    if (*words && strcmp(*words, "--follow") == 0) {
        follow = 1;
        words++;
    }
    launcher = fork();
    if (launcher == 0) {
        if (ptrace(PTRACE_TRACEME, 0, 0, 0) != 0 || raise(SIGSTOP) != 0)
            die("ptrace");
        execvp(words[0], words);
        die(words[0]);
    }
    int status;
    if (waitpid(launcher, &status, 0) != launcher || ptrace(PTRACE_SETOPTIONS, launcher, 0, PTRACE_O_TRACEFORK | PTRACE_O_TRACEEXEC | PTRACE_O_TRACESYSGOOD) != 0)
        die("ptrace");
    ptrace(unsealed ? PTRACE_SYSCALL : PTRACE_CONT, launcher, 0, 0);

    // A worker may outlive the launcher: until nobody is left.
    for (pid_t pid; (pid = waitpid(-1, &status, __WALL)) > 0;) {
        if (!WIFSTOPPED(status))
            continue;
        if (pid != launcher)
            stopped(find(pid), status, verb);
        else
            launcher_stopped(status);
    }
    return 0;
}
