using Sandbox.Spec;
using Sandbox.Steps;
using Sandbox.Syscalls;

namespace Sandbox.Plan;

/// <summary>
/// A session keyring of the command's own (session-keyring(7)): a user namespace bounds ids, but the caller's session keyring,
/// with the tickets and disk keys that it holds, is inherited through everything.
/// </summary>
internal static class KeyringPlan
{
    public static void Apply(ProgramBuilder program, ProcessSpec process, CommandSettings settings)
    {
        // Where the filter refuses the calls there is no way to a key, and no keyring is made for nothing.
        if (settings.HasKeyrings && SeccompPlan.AdmitsKeys(process, settings))
        {
            program.For("make a session keyring", Hint);
            program.JoinSessionKeyring();
        }
    }

    private static string? Hint(Errno errno) => errno == Errno.EDQUOT
        ? "the caller has as many keys as a user may: sysctl kernel.keys.maxkeys and kernel.keys.maxbytes raise that, /proc/key-users shows it; the default seccomp profile needs none"
        : null;
}
