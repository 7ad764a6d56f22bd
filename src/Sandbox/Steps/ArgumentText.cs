using System.Runtime.InteropServices;
using System.Text;
using Sandbox.Syscalls;

namespace Sandbox.Steps;

/// <summary>Shows one argument of a step: flags by their kernel names, structures by their members, descriptors by what they are.</summary>
internal static unsafe class ArgumentText
{
    private const int LongestText = 120;

    public static string Of(ArgumentForm form, nint value, bool isSlot, IReadOnlyList<string> slots) => form switch
    {
        _ when isSlot => $"<{slots[(int)value]}>",
        ArgumentForm.Descriptor => value == Libc.AT_FDCWD ? "AT_FDCWD" : $"{value}",
        ArgumentForm.Text => Text(value),
        ArgumentForm.Octal => Octal(value),
        ArgumentForm.FileMode => Names((FileType)(value & 0xF000)) + "|" + Octal(value & 0xFFF),
        ArgumentForm.CloneFlags => Names((CloneFlags)value),
        ArgumentForm.MountFlags => Names((MountFlags)value),
        ArgumentForm.UnmountFlags => Names((UnmountFlags)value),
        ArgumentForm.OpenFlags => Names((OpenFlags)value),
        ArgumentForm.OpenHow => How((OpenHow*)value),
        ArgumentForm.AtFlags => Names((AtFlags)value),
        ArgumentForm.OpenTreeFlags => Names((OpenTreeFlags)value),
        ArgumentForm.MoveMountFlags => Names((MoveMountFlags)value),
        ArgumentForm.MountAttr => Attributes((MountAttr*)value),
        ArgumentForm.MountAttributes => Names((MountAttributes)value),
        ArgumentForm.FsConfigCommand => Names((FsConfigCommand)value),
        ArgumentForm.KeyOperation => Names((KeyOperation)value),
        ArgumentForm.Prctl => Names((PrctlOption)value),
        ArgumentForm.Signal => Names((Signal)value),
        ArgumentForm.SignalSet => Signals(*(ulong*)value),
        ArgumentForm.SignalMaskChange => Names((SignalMaskChange)value),
        ArgumentForm.SignalFdFlags => Names((SignalFdFlags)value),
        ArgumentForm.DefaultAction => "{SIG_DFL}",
        ArgumentForm.Limit => Names((ResourceLimit)value),
        ArgumentForm.LimitValue => $"{{{((ResourceLimitValue*)value)->Soft}, {((ResourceLimitValue*)value)->Hard}}}",
        ArgumentForm.CapabilityHeader => "{_LINUX_CAPABILITY_VERSION_3}",
        ArgumentForm.CapabilityData => Capabilities((CapabilityData*)value),
        ArgumentForm.SeccompOperation => Names((SeccompOperation)value),
        ArgumentForm.FilterFlags => Names((FilterFlags)value),
        ArgumentForm.FilterProgram => $"{{{((FilterProgram*)value)->Length} instructions}}",
        ArgumentForm.LandlockRuleset => Ruleset((LandlockRuleset*)value),
        ArgumentForm.LandlockPort => $"{{{Names((LandlockNetwork)((LandlockPort*)value)->Allowed)}, {((LandlockPort*)value)->Port}}}",
        ArgumentForm.AddressFamily => Names((AddressFamily)value),
        ArgumentForm.SocketType => Names((SocketType)value),
        ArgumentForm.Request => IsOfSocket(value) ? Names((SocketRequest)value) : Names((TerminalRequest)value),
        ArgumentForm.SchedulingAttributes => Scheduling((SchedulingAttributes*)value),
        ArgumentForm.MemoryPolicy => Names((MemoryPolicy)value),
        ArgumentForm.BitMask => value == 0 ? "NULL" : $"{{0x{*(ulong*)value:x}...}}",
        ArgumentForm.Namespace => Names((CloneFlags)value),
        ArgumentForm.Times => $"{{{((TimeSpec*)value)->Seconds}.{((TimeSpec*)value)->Nanoseconds:d9}}}",
        ArgumentForm.Output => "...",
        _ => value == unchecked((nint)uint.MaxValue) ? "~0" : $"{value}",
    };

    /// <summary>The second argument of prctl(2), whose meaning the first one gives.</summary>
    public static string OfPrctl(PrctlOption option, nint value) => option switch
    {
        PrctlOption.PR_SET_PDEATHSIG => Names((Signal)value),
        PrctlOption.PR_CAPBSET_DROP => Names((Capability)value),
        PrctlOption.PR_SET_NAME => Text(value),
        PrctlOption.PR_SET_SECUREBITS => Names((SecureBits)value),
        PrctlOption.PR_CAP_AMBIENT => Names((AmbientOperation)value),
        _ => $"{value}",
    };

    /// <summary>The third argument of ioctl(2), likewise.</summary>
    public static string OfRequest(nint request, nint value) => IsOfSocket(request) ? "{lo, IFF_UP}" : (TerminalRequest)request switch
    {
        TerminalRequest.TIOCSWINSZ => $"{{{((WindowSize*)value)->Rows} rows, {((WindowSize*)value)->Columns} columns}}",
        TerminalRequest.TIOCGPTPEER => Names((OpenFlags)value),
        TerminalRequest.TIOCSPTLCK => $"[{*(int*)value}]",
        TerminalRequest.TCSETS => "{modes}",
        _ => $"{value}",
    };

    /// <summary>A NUL-terminated string as C would write it.</summary>
    public static string Text(nint address)
    {
        if (address == 0)
        {
            return "NULL";
        }

        string text = Marshal.PtrToStringUTF8(address) ?? "";
        StringBuilder quoted = new("\"");
        foreach (char character in text.Length > LongestText ? text[..LongestText] : text)
        {
            _ = character switch
            {
                '\n' => quoted.Append("\\n"),
                '\t' => quoted.Append("\\t"),
                '"' or '\\' => quoted.Append('\\').Append(character),
                _ when PlainText.IsPlain(character) => quoted.Append(character),
                _ => quoted.Append(PlainText.Escape(character)),
            };
        }

        return quoted.Append(text.Length > LongestText ? "\"..." : "\"").ToString();
    }

    public static string Names<T>(T value)
        where T : struct, Enum
    {
        string names = value.ToString();
        return names == "None" ? "0" : names.Replace(", ", "|", StringComparison.Ordinal);
    }

    /// <summary>Requests to sockets have the letter 0x89 in their second byte (ioctl_list(2)).</summary>
    private static bool IsOfSocket(nint request) => (request & 0xFF00) == 0x8900;

    private static string Octal(nint value) => "0" + Convert.ToString((int)value, 8);

    private static string How(OpenHow* how) => $"{{{Names((OpenFlags)how->Flags)}, {Names((ResolveFlags)how->Resolve)}}}";

    private static string Attributes(MountAttr* attributes)
    {
        string set = $"set={Names((MountAttributes)attributes->Set)}";
        string clear = attributes->Clear == 0 ? "" : $", clear={Names((MountAttributes)attributes->Clear)}";
        string propagation = attributes->Propagation == 0 ? "" : $", propagation={Names((MountFlags)attributes->Propagation)}";
        return $"{{{set}{clear}{propagation}}}";
    }

    private static string Scheduling(SchedulingAttributes* attributes) =>
        $"{{{Names((SchedulingPolicy)attributes->Policy)}, {Names((SchedulingFlags)attributes->Flags)}, nice={attributes->Nice}, priority={attributes->Priority}, runtime={attributes->Runtime}, deadline={attributes->Deadline}, period={attributes->Period}}}";

    private static string Ruleset(LandlockRuleset* rules)
    {
        string network = rules->Network == 0 ? "" : $"handled_access_net={Names((LandlockNetwork)rules->Network)}, ";
        return $"{{handled_access_fs={Names((LandlockAccess)rules->Files)}, {network}scoped={Names((LandlockScope)rules->Scoped)}}}";
    }

    private static string Signals(ulong set)
    {
        const int signals = 31;
        ulong known = (1UL << signals) - 1;
        return set switch
        {
            0 => "[]",
            _ when (set & known) == known => "~[]",
            _ when ulong.PopCount(set & known) > signals / 2 => $"~[{Listed(~set & known)}]",
            _ => $"[{Listed(set)}]",
        };
    }

    private static string Listed(ulong set)
    {
        StringBuilder names = new();
        for (int signal = 1; signal <= 64; signal++)
        {
            if ((set & (1UL << (signal - 1))) != 0)
            {
                names.Append(names.Length == 0 ? "" : " ").Append((Signal)signal);
            }
        }

        return names.ToString();
    }

    private static string Capabilities(CapabilityData* data)
    {
        ulong effective = data->EffectiveLow | ((ulong)data->EffectiveHigh << 32);
        ulong permitted = data->PermittedLow | ((ulong)data->PermittedHigh << 32);
        ulong inheritable = data->InheritableLow | ((ulong)data->InheritableHigh << 32);
        return $"{{effective={Set(effective)}, permitted={Set(permitted)}, inheritable={Set(inheritable)}}}";
    }

    private static string Set(ulong capabilities) => capabilities == 0 ? "0" : string.Join('|', CapabilityNames.Of(capabilities));
}
