using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Sandbox.Plan;
using Sandbox.Seccomp;
using Sandbox.State;
using Sandbox.Syscalls;

namespace Sandbox.Commands;

/// <summary>
/// Keeps a sandbox's filter on system calls for the commands that join it. The program that was made of a user's profile
/// is kept itself: the profile's file may be another by then.
/// </summary>
internal static class SavedSeccomp
{
    public static SavedFilter Save(SafeFileHandle directory, LaunchSettings settings, ulong capabilities)
    {
        if (settings.Seccomp is not SeccompChoice.Profile profile)
        {
            return settings.Seccomp is SeccompChoice.Default ? SavedFilter.Default : SavedFilter.None;
        }

        SeccompFilter filter = FilterCompiler.Compile(profile.Rules, new FilterContext(Abi.X64, capabilities, settings.Kernel));
        ulong[] words = [(ulong)filter.Flags, .. filter.Program.Span];
        StateFile.Write(directory, SandboxFiles.Filter, MemoryMarshal.AsBytes<ulong>(words));
        return SavedFilter.Program;
    }

    public static SeccompChoice Load(SandboxEntry entry)
    {
        switch (entry.Record.Filter)
        {
            case SavedFilter.Default:
                return SeccompChoice.Default.Instance;
            case SavedFilter.None:
                return new SeccompChoice.Unconfined();
            default:
                byte[]? bytes = StateFile.TryReadBytes(entry.Directory, SandboxFiles.Filter);
                if (bytes is null || bytes.Length < 2 * sizeof(ulong) || bytes.Length % sizeof(ulong) != 0)
                {
                    throw new SandboxException($"cannot enter sandbox {entry.Record.Name}", "its filter on system calls is lost");
                }

                ulong[] words = MemoryMarshal.Cast<byte, ulong>(bytes).ToArray();
                FilterFlags flags = (FilterFlags)words[0];
                return flags.HasFlag(FilterFlags.SECCOMP_FILTER_FLAG_NEW_LISTENER)
                    ? throw new SandboxException($"cannot enter sandbox {entry.Record.Name}", "its filter on system calls reports to a listener, which answers for the first command alone")
                    : new SeccompChoice.Compiled(new SeccompFilter(words.AsMemory(1), flags));
        }
    }
}
