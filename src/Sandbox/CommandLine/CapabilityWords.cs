using System.Collections.Immutable;

namespace Sandbox.CommandLine;

/// <summary>Names of capabilities(7), as --cap-add and --cap-drop take them: with CAP_ or without, in any case, divided by commas, or ALL.</summary>
internal static class CapabilityWords
{
    /// <summary>What ALL stands for, those among it that no kernel has yet.</summary>
    public const ulong All = ulong.MaxValue;

    private const string Prefix = "CAP_";

    /// <summary>In the order of their numbers.</summary>
    private const string Names =
        "CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE NET_BIND_SERVICE " +
        "NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN " +
        "SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE " +
        "MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE";

    /// <summary>What a shell offers.</summary>
    public static ImmutableArray<string> Offered() => ["ALL", .. Names.Split(' ')];

    /// <summary>The set of one capability, of several divided by commas, or of all.</summary>
    public static Parsed<ulong> Read(string word)
    {
        ulong set = 0;
        foreach (string one in word.Split(','))
        {
            Parsed<ulong> read = ReadOne(one);
            if (read.Why is not null)
            {
                return read;
            }

            set |= read.Value;
        }

        return set;
    }

    private static Parsed<ulong> ReadOne(string word)
    {
        string name = word.ToUpperInvariant();
        if (name == "ALL")
        {
            return All;
        }

        string[] names = Names.Split(' ');
        name = name.StartsWith(Prefix, StringComparison.Ordinal) ? name[Prefix.Length..] : name;
        int number = Array.IndexOf(names, name);
        return number >= 0 ? 1UL << number : new Wrong(Advise(name, names));
    }

    private static string Advise(string name, string[] names) => Nearest.Find(name, names) is { } near
        ? $"no capability is called {name}; the nearest is {near}"
        : "allowed are ALL and the names of capabilities(7), like NET_RAW";
}
