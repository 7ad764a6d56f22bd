using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Sandbox.Syscalls;

/// <summary>Calls of spawn.h that start sandbox's own executable a second time, for the managed side.</summary>
internal static unsafe partial class Libc
{
    private const short POSIX_SPAWN_SETSID = 0x80;

    /// <summary>
    /// posix_spawn(3) of this process's executable in a session of its own, with all descriptors that are not closed at
    /// exec, and with <paramref name="passed"/>; no signal is ignored. Returns the PID or a negative errno.
    /// </summary>
    /// <param name="environment">NAME=VALUE, each with its NUL, as /proc/self/environ has it.</param>
    /// <param name="signalMask">The mask to begin with.</param>
    public static int SpawnSelf(IReadOnlyCollection<string> arguments, ReadOnlySpan<byte> environment, SafeFileHandle passed, ulong signalMask)
    {
        byte* actions = stackalloc byte[FileActionsSize];
        byte* attributes = stackalloc byte[AttributesSize];
        ulong* mask = stackalloc ulong[16];
        new Span<ulong>(mask, 16).Clear();
        mask[0] = signalMask;

        // The two that are glibc's own it would leave ignored, if they were not in the set.
        ulong* all = stackalloc ulong[16];
        new Span<ulong>(all, 16).Fill(ulong.MaxValue);
        posix_spawn_file_actions_init(actions);

        // Onto itself this clears the flag that would close it (posix_spawn_file_actions_adddup2(3)).
        posix_spawn_file_actions_adddup2(actions, passed.Descriptor(), passed.Descriptor());
        posix_spawnattr_init(attributes);
        posix_spawnattr_setsigmask(attributes, mask);
        posix_spawnattr_setsigdefault(attributes, all);
        posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSID);
        using TextArray words = new(arguments);
        nint* variables = (nint*)NativeMemory.AllocZeroed((nuint)(environment.Count((byte)0) + 1), (nuint)sizeof(nint));
        int pid, failure;
        fixed (byte* text = environment)
        {
            byte* end = text + environment.Length;
            int known = 0;
            for (byte* variable = text; variable < end && environment[^1] == 0; known++)
            {
                variables[known] = (nint)variable;
                variable += new ReadOnlySpan<byte>(variable, (int)(end - variable)).IndexOf((byte)0) + 1;
            }

            failure = posix_spawnp(&pid, "/proc/self/exe", actions, attributes, words.First, variables);
        }

        posix_spawn_file_actions_destroy(actions);
        posix_spawnattr_destroy(attributes);
        NativeMemory.Free(variables);
        return failure == 0 ? pid : -failure;
    }
}
