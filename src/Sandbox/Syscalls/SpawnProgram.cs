using System.Runtime.InteropServices;

namespace Sandbox.Syscalls;

/// <summary>Calls of spawn.h for programs that get exactly what they are given: three descriptors, and an environment.</summary>
internal static partial class Libc
{
    private const int SignalSetWords = 16;

    /// <summary>
    /// posix_spawn(3): no signal blocked, none ignored that the caller does not ignore, no descriptor but the three. Returns the PID or a
    /// negative errno.
    /// </summary>
    /// <param name="directory">Its working directory; null for the caller's.</param>
    public static unsafe int SpawnProgram(
        string program, IReadOnlyCollection<string> arguments, IReadOnlyCollection<string> environment, int input, int output, int error, string? directory = null)
    {
        byte* actions = stackalloc byte[FileActionsSize];
        byte* attributes = stackalloc byte[AttributesSize];
        ulong* sets = stackalloc ulong[2 * SignalSetWords];
        new Span<ulong>(sets, 2 * SignalSetWords).Clear();

        // The two that are glibc's own it would leave ignored, if they were not in the set.
        sets[SignalSetWords] = (1UL << ((int)Signal.SIGPIPE - 1)) | ForwardedSignals.Runtimes;
        posix_spawn_file_actions_init(actions);
        posix_spawn_file_actions_adddup2(actions, input, 0);
        posix_spawn_file_actions_adddup2(actions, output, 1);
        posix_spawn_file_actions_adddup2(actions, error, 2);
        posix_spawn_file_actions_addclosefrom_np(actions, 3);
        if (directory is not null)
        {
            posix_spawn_file_actions_addchdir_np(actions, directory);
        }

        posix_spawnattr_init(attributes);
        posix_spawnattr_setsigmask(attributes, sets);
        posix_spawnattr_setsigdefault(attributes, sets + SignalSetWords);
        posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
        using TextArray words = new(arguments);
        using TextArray variables = new(environment);
        int pid;
        int failure = posix_spawn(&pid, program, actions, attributes, words.First, variables.First);
        posix_spawn_file_actions_destroy(actions);
        posix_spawnattr_destroy(attributes);
        return failure == 0 ? pid : -failure;
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int posix_spawn(int* pid, string file, byte* actions, byte* attributes, nint* arguments, nint* environment);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial void posix_spawn_file_actions_addchdir_np(byte* actions, string path);

    [LibraryImport("libc")]
    private static unsafe partial void posix_spawn_file_actions_addclosefrom_np(byte* actions, int from);
}
