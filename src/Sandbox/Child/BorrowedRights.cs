using System.Runtime.CompilerServices;
using Sandbox.Syscalls;

namespace Sandbox.Child;

/// <summary>
/// Rights that the file of the executable gives and its caller has not: a setuid or setgid bit, or capabilities. Whoever may
/// call it has options that read, write and run whatever those rights reach: there is no such thing as a safe one.
/// </summary>
internal static unsafe class BorrowedRights
{
    /// <summary>Whether the kernel says that there may be some (AT_SECURE, getauxval(3)); domains of SELinux and AppArmor make it say so, too.</summary>
    /// <param name="words">The arguments, where the kernel put them: the environment and its own answers lie behind.</param>
    public static bool MayBe(int count, byte** words)
    {
        const nint AT_NULL = 0, AT_SECURE = 23;
        byte** environment = words + count + 1;
        while (*environment != null)
        {
            environment++;
        }

        nint* auxiliary = (nint*)(environment + 1);
        while (auxiliary[0] != AT_NULL && auxiliary[0] != AT_SECURE)
        {
            auxiliary += 2;
        }

        return auxiliary[0] == AT_SECURE && auxiliary[1] != 0;
    }

    /// <summary>Ends the process if there are some.</summary>
    public static void Refuse()
    {
        nint user = Native.Call(SystemCall.geteuid);
        if (user == Native.Call(SystemCall.getuid) && Native.Call(SystemCall.getegid) == Native.Call(SystemCall.getgid) && (user == 0 || !HasOthers()))
        {
            return;
        }

        ReadOnlySpan<byte> text = "sandbox: cannot start: a setuid or setgid bit or capabilities of its file give it rights that its caller has not\n"u8 +
            "hint: take them away (chmod ug-s, setcap -r): it needs none, and whoever may call it would have them all\n"u8;
        fixed (byte* line = text)
        {
            Native.Call(SystemCall.write, 2, (nint)line, text.Length);
        }

        Interpreter.Exit(SandboxException.ExitCodeOfSandbox);
    }

    /// <summary>Whether an ordinary user has other capabilities than ambient ones, which are his caller's (capabilities(7)).</summary>
    [SkipLocalsInit]
    private static bool HasOthers()
    {
        CapabilityHeader header;
        header.Version = CapabilityHeader.Version3;
        header.Pid = 0;
        CapabilityData data = default;
        if (Native.Call(SystemCall.capget, (nint)(&header), (nint)(&data)) != 0)
        {
            return true;
        }

        ulong permitted = data.PermittedLow | ((ulong)data.PermittedHigh << 32);
        for (int capability = 0; capability < 64; capability++)
        {
            if ((permitted & (1UL << capability)) != 0
                && Native.Call(SystemCall.prctl, (nint)PrctlOption.PR_CAP_AMBIENT, (nint)AmbientOperation.PR_CAP_AMBIENT_IS_SET, capability) != 1)
            {
                return true;
            }
        }

        return false;
    }
}
