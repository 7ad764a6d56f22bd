using System.Globalization;
using System.Runtime.InteropServices;
using Sandbox.Spec;
using Sandbox.Steps;
using Sandbox.Syscalls;

namespace Sandbox.Plan;

/// <summary>
/// Whose rights the command has. The order is the kernel's: the bounding set cannot be dropped after the user id (it
/// needs CAP_SETPCAP), groups not after either id, and what is not dropped last is dropped in vain.
/// </summary>
internal static class IdentityPlan
{
    /// <summary>What no program that the command executes can ever have.</summary>
    public static void Bound(ProgramBuilder program, ProcessSpec process, CommandSettings settings)
    {
        program.For("drop capabilities", Hint);
        ulong bounding = process.Capabilities.Bounding;
        int use = program.Use((bounding & ~EarlyStart.Capabilities) == 0 ? Prepared.Bounding : null);
        Drop(program, ~(bounding | EarlyStart.Capabilities), settings);
        program.EndUse(use);
        Drop(program, ~bounding & EarlyStart.Capabilities, settings);

        // Capabilities are kept over the change of user, so that they are given by capset(2) and by nothing else. That bit
        // goes at execve(2) and is not locked: daemons that give up root set it themselves (PR_SET_KEEPCAPS), and it keeps
        // nothing that they do not have. What is made inside with --nested may set all of them as it likes.
        const SecureBits locks = SecureBits.SECBIT_NOROOT_LOCKED | SecureBits.SECBIT_NO_SETUID_FIXUP_LOCKED | SecureBits.SECBIT_NO_CAP_AMBIENT_RAISE_LOCKED;
        SecureBits ambient = process.Capabilities.Ambient == 0 ? SecureBits.SECBIT_NO_CAP_AMBIENT_RAISE : SecureBits.None;
        program.Prctl(PrctlOption.PR_SET_SECUREBITS, (nint)(SecureBits.SECBIT_KEEP_CAPS | (settings.Nested ? SecureBits.None : locks | ambient)));
    }

    private static void Drop(ProgramBuilder program, ulong capabilities, CommandSettings settings)
    {
        for (int capability = 0; capability < settings.CapabilityCount; capability++)
        {
            if ((capabilities & (1UL << capability)) != 0)
            {
                // EINVAL: a kernel that does not know this one cannot grant it either.
                program.Prctl(PrctlOption.PR_CAPBSET_DROP, capability, Errno.EINVAL);
            }
        }
    }

    public static void Apply(ProgramBuilder program, ProcessSpec process, CommandSettings settings)
    {
        SetIds(program, process.User, settings);
        SetCapabilities(program, process.Capabilities, settings);

        // Each change of credentials may have made the shared mm dumpable again, PID 1's with it.
        program.Prctl(PrctlOption.PR_SET_DUMPABLE, 0);
        if (process.NoNewPrivileges)
        {
            program.For("give up new privileges");
            program.Prctl(PrctlOption.PR_SET_NO_NEW_PRIVS, 1);
        }
    }

    private static void SetCapabilities(ProgramBuilder program, CapabilitySets sets, CommandSettings settings)
    {
        program.For("set capabilities", Hint);
        program.PrctlAmbient(AmbientOperation.PR_CAP_AMBIENT_CLEAR_ALL);
        program.SetCapabilities(sets.Effective, sets.Permitted, sets.Inheritable);
        for (int capability = 0; capability < settings.CapabilityCount; capability++)
        {
            if ((sets.Ambient & (1UL << capability)) != 0)
            {
                program.PrctlAmbient(AmbientOperation.PR_CAP_AMBIENT_RAISE, capability);
            }
        }
    }

    private static string? Hint(Errno errno) => errno == Errno.EPERM ? "sandbox cannot give what its caller has not: name fewer with --cap-add" : null;

    private static void SetIds(ProgramBuilder program, UserSpec user, CommandSettings settings)
    {
        program.For("become user " + user.Uid.ToString(CultureInfo.InvariantCulture) + " and group " + user.Gid.ToString(CultureInfo.InvariantCulture));
        if (settings.IdMaps.AllowsGroups)
        {
            program.SetGroups(ImmutableCollectionsMarshal.AsArray(user.AdditionalGids));
        }

        program.SetGroupId(user.Gid);
        program.SetUserId(user.Uid);
        program.SetUmask(user.Umask);
    }
}
