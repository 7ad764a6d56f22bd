using System.Runtime.InteropServices;

namespace Sandbox.Syscalls;

/// <summary>Calls of spawn.h, for the managed side: programs of the host, which need none of the child's care.</summary>
internal static partial class Libc
{
    // glibc's opaque structures: posix_spawn_file_actions_t is 80 bytes, posix_spawnattr_t 336.
    private const int FileActionsSize = 80, AttributesSize = 336;

    private const short POSIX_SPAWN_SETSIGDEF = 4, POSIX_SPAWN_SETSIGMASK = 8;

    /// <summary>
    /// posix_spawnp(3) with nothing of an environment but PATH, the signal mask empty and all signals at their default;
    /// <paramref name="error"/> becomes the program's descriptor 2. Returns the PID or a negative errno.
    /// </summary>
    public static unsafe int SpawnWithError(string program, IReadOnlyCollection<string> arguments, int error)
    {
        byte* actions = stackalloc byte[FileActionsSize];
        byte* attributes = stackalloc byte[AttributesSize];

        // sigset_t of glibc is 128 bytes; an array of zeros is the empty set. Of what is not in the other one, glibc asks the
        // kernel first what it is at.
        ulong* none = stackalloc ulong[16];
        ulong* all = stackalloc ulong[16];
        new Span<ulong>(none, 16).Clear();
        new Span<ulong>(all, 16).Fill(ulong.MaxValue);
        posix_spawn_file_actions_init(actions);
        posix_spawn_file_actions_adddup2(actions, error, 2);
        posix_spawnattr_init(attributes);
        posix_spawnattr_setsigmask(attributes, none);
        posix_spawnattr_setsigdefault(attributes, all);
        posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
        using TextArray words = new(arguments);

        // newuidmap and newgidmap are setuid: the dynamic loader drops what is dangerous in an environment, PATH is fixed here.
        using TextArray environment = new(["PATH=/usr/sbin:/usr/bin:/sbin:/bin"]);
        int pid;
        int failure = posix_spawnp(&pid, program, actions, attributes, words.First, environment.First);
        posix_spawn_file_actions_destroy(actions);
        posix_spawnattr_destroy(attributes);
        return failure == 0 ? pid : -failure;
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int posix_spawnp(int* pid, string file, byte* actions, byte* attributes, nint* arguments, nint* environment);

    // Of these, glibc's can fail for want of memory at most, and then posix_spawnp fails too: their results say nothing new.
    [LibraryImport("libc")]
    private static unsafe partial void posix_spawn_file_actions_init(byte* actions);

    [LibraryImport("libc")]
    private static unsafe partial void posix_spawn_file_actions_adddup2(byte* actions, int from, int to);

    [LibraryImport("libc")]
    private static unsafe partial void posix_spawn_file_actions_destroy(byte* actions);

    [LibraryImport("libc")]
    private static unsafe partial void posix_spawnattr_init(byte* attributes);

    [LibraryImport("libc")]
    private static unsafe partial void posix_spawnattr_destroy(byte* attributes);

    [LibraryImport("libc")]
    private static unsafe partial void posix_spawnattr_setsigmask(byte* attributes, ulong* mask);

    [LibraryImport("libc")]
    private static unsafe partial void posix_spawnattr_setsigdefault(byte* attributes, ulong* signals);

    [LibraryImport("libc")]
    private static unsafe partial void posix_spawnattr_setflags(byte* attributes, short flags);
}
