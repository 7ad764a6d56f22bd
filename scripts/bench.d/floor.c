// The floor: what a start costs when nothing is done but the system calls that the sandbox needs. It trusts its
// arguments and the tree, explains no failure and undoes nothing; it is a yardstick, not a tool.
//
//     floor ROOT SCRATCH COMMAND [ARG...]
//
// ROOT is a root directory, SCRATCH an empty one, both absolute. The caller becomes id 0 of a user namespace. The result
// is that of `sandbox run --userns single`: all namespaces, overlay with its upper directory on a tmpfs, /dev, /proc and
// /sys as there, lo up, PID 1 that reaps, reduced capabilities, no_new_privs.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/sched.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define must(call) ((call) < 0 ? fail(#call) : (void)0)

static void fail(const char *call) {
    fprintf(stderr, "floor: %s: %s\n", call, strerror(errno));
    _exit(125);
}

static void put(const char *path, const char *text) {
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
    must(fd);
    must(write(fd, text, strlen(text)));
    close(fd);
}

// One id: the child may write these maps itself, so nobody has to wait for anybody.
static void map_ids(uid_t uid, gid_t gid) {
    char line[32];
    put("/proc/self/setgroups", "deny");
    snprintf(line, sizeof line, "0 %u 1", uid);
    put("/proc/self/uid_map", line);
    snprintf(line, sizeof line, "0 %u 1", gid);
    put("/proc/self/gid_map", line);
}

static void raise_loopback(void) {
    struct ifreq request = {.ifr_name = "lo", .ifr_flags = IFF_UP};
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    must(fd);
    must(ioctl(fd, SIOCSIFFLAGS, &request));
    close(fd);
}

// Leaves the merged tree as the working directory. The generated files lie in the upper directory from the start.
static void mount_root(const char *root, const char *scratch) {
    char options[4096];
    must(mount("tmpfs", scratch, "tmpfs", MS_NOSUID | MS_NODEV, "mode=0755,size=1g,nr_inodes=65536"));
    must(chdir(scratch));
    must(mkdir("work", 0755));
    must(mkdir("root", 0755));
    must(mkdir("upper", 0755));
    must(mkdir("upper/etc", 0755));
    put("upper/etc/hosts", "127.0.0.1 localhost\n::1 localhost\n");
    put("upper/etc/hostname", "sandbox\n");
    put("upper/etc/resolv.conf", "");
    must(mkdir("upper/run", 0755));
    put("upper/run/.containerenv", "");
    snprintf(options, sizeof options, "lowerdir=%s,upperdir=upper,workdir=work,userxattr", root);
    must(mount("overlay", "root", "overlay", MS_NODEV, options));
    must(chdir("root"));
}

static void mount_dev(void) {
    static const char *const nodes[] = {"null", "zero", "full", "random", "urandom", "tty"};
    must(mount("tmpfs", "dev", "tmpfs", MS_NOSUID | MS_NOEXEC, "mode=0755,size=64k,nr_inodes=64"));
    must(chdir("dev"));
    for (size_t i = 0; i < sizeof nodes / sizeof *nodes; i++) {
        char host[16];
        snprintf(host, sizeof host, "/dev/%s", nodes[i]);
        must(mknod(nodes[i], S_IFREG | 0666, 0));
        must(mount(host, nodes[i], NULL, MS_BIND, NULL));
    }
    must(symlink("/proc/self/fd", "fd"));
    must(symlink("/proc/self/fd/0", "stdin"));
    must(symlink("/proc/self/fd/1", "stdout"));
    must(symlink("/proc/self/fd/2", "stderr"));
    must(symlink("pts/ptmx", "ptmx"));
    must(mkdir("pts", 0755));
    must(mkdir("shm", 01777));
    must(mkdir("mqueue", 01777));
    must(mount("devpts", "pts", "devpts", MS_NOSUID | MS_NOEXEC, "newinstance,ptmxmode=0666,mode=0620"));
    must(mount("shm", "shm", "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, "mode=1777,size=64m,nr_inodes=65536"));
    must(mount("mqueue", "mqueue", "mqueue", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL));
    must(chdir(".."));
}

// What this kernel does not have needs no mask.
static void mask(void) {
    static const char *const files[] = {"proc/interrupts", "proc/kcore", "proc/keys", "proc/latency_stats",
        "proc/sched_debug", "proc/timer_list", "proc/timer_stats"};
    static const char *const directories[] = {"proc/acpi", "proc/asound", "proc/scsi", "sys/firmware",
        "sys/devices/virtual/powercap"};
    static const char *const read_only[] = {"proc/bus", "proc/fs", "proc/irq", "proc/sys", "proc/sysrq-trigger"};
    unsigned long safe = MS_NOSUID | MS_NODEV | MS_NOEXEC;
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        if (mount("dev/null", files[i], NULL, MS_BIND, NULL) < 0 && errno != ENOENT) fail(files[i]);
    }
    for (size_t i = 0; i < sizeof directories / sizeof *directories; i++) {
        if (mount("tmpfs", directories[i], "tmpfs", MS_RDONLY, "size=4k,nr_inodes=2") < 0 && errno != ENOENT)
            fail(directories[i]);
    }
    for (size_t i = 0; i < sizeof read_only / sizeof *read_only; i++) {
        if (mount(read_only[i], read_only[i], NULL, MS_BIND | MS_REC, NULL) < 0) {
            if (errno != ENOENT) fail(read_only[i]);
            continue;
        }
        must(mount(NULL, read_only[i], NULL, MS_BIND | MS_REMOUNT | MS_RDONLY | safe, NULL));
    }
}

// The mounts that a new user namespace inherits get what happens outside and pass nothing back: no call is needed for that.
static void mount_all(const char *root, const char *scratch) {
    unsigned long safe = MS_NOSUID | MS_NODEV | MS_NOEXEC;
    mount_root(root, scratch);
    mount_dev();
    must(mount("proc", "proc", "proc", safe, NULL));
    must(mount("sysfs", "sys", "sysfs", safe | MS_RDONLY, NULL));
    mask();
    must(syscall(SYS_pivot_root, ".", "."));
    must(umount2(".", MNT_DETACH));
}

static void set_capabilities(uint64_t set) {
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct data[2] = {{set, set, 0}, {set >> 32, set >> 32, 0}};
    must(syscall(SYS_capset, &header, data));
}

static void drop_privileges(void) {
    static const uint64_t kept = 1u << CAP_CHOWN | 1u << CAP_DAC_OVERRIDE | 1u << CAP_FOWNER | 1u << CAP_FSETID |
        1u << CAP_KILL | 1u << CAP_NET_BIND_SERVICE | 1u << CAP_SETFCAP | 1u << CAP_SETGID | 1u << CAP_SETPCAP |
        1u << CAP_SETUID | 1u << CAP_SYS_CHROOT;
    struct rlimit core = {1, 1}, processes = {2048, 2048};
    for (int capability = 0; capability <= CAP_LAST_CAP; capability++) {
        if (!(kept >> capability & 1)) must(prctl(PR_CAPBSET_DROP, capability, 0, 0, 0));
    }
    set_capabilities(kept);
    must(setrlimit(RLIMIT_CORE, &core));
    must(setrlimit(RLIMIT_NPROC, &processes));
    must(prctl(PR_SET_DUMPABLE, 0, 0, 0, 0));
    must(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
}

static int start(void *command) {
    umask(022);
    must(syscall(SYS_close_range, 3, ~0u, 0));
    execvp(*(char **)command, command);
    _exit(errno == ENOENT ? 127 : 126);
}

static int exit_code(int status) {
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

// PID 1: the command borrows its memory until it executes, which is cheaper than a copy; all that dies is reaped.
static void init(char **command) {
    static char stack[16384] __attribute__((aligned(16)));
    int status;
    pid_t ended, pid = clone(start, stack + sizeof stack, CLONE_VM | CLONE_VFORK | SIGCHLD, command);
    must(pid);
    set_capabilities(1u << CAP_KILL);
    do must(ended = wait(&status));
    while (ended != pid);
    _exit(exit_code(status));
}

int main(int argc, char **argv) {
    if (argc < 4) {
        fputs("usage: floor ROOT SCRATCH COMMAND [ARG...]\n", stderr);
        return 2;
    }
    uid_t uid = geteuid();
    gid_t gid = getegid();
    struct clone_args how = {
        .flags = CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP | CLONE_NEWNET,
        .exit_signal = SIGCHLD,
    };
    pid_t pid = syscall(SYS_clone3, &how, sizeof how);
    must(pid);
    if (pid == 0) {
        must(prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0));
        map_ids(uid, gid);
        must(sethostname("sandbox", 7));
        raise_loopback();
        mount_all(argv[1], argv[2]);
        drop_privileges();
        init(argv + 3);
    }
    int status;
    must(waitpid(pid, &status, 0));
    return exit_code(status);
}
