using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using Sandbox.CommandLine;
using Sandbox.Launch;
using Sandbox.Seccomp;
using Sandbox.Spec;
using Sandbox.Syscalls;

namespace Sandbox.Commands;

/// <summary>What the specification of a sandbox takes from the machine and the caller.</summary>
internal static class Machine
{
    /// <summary>How many capabilities a set has room for, and how many are known here.</summary>
    private const int MostCapabilities = 64, KnownCapabilities = (int)Capability.CAP_CHECKPOINT_RESTORE + 1;

    public static KernelVersion Kernel
    {
        get
        {
            Version release = Environment.OSVersion.Version;
            return new KernelVersion(release.Major, release.Minor);
        }
    }

    /// <summary>Whether mknod(2) makes devices here: for root, where no user namespace is in between.</summary>
    public static bool MakesDevices
    {
        get
        {
            return OwnUserNamespace.HasRoot && (Capabilities & (1UL << (int)Capability.CAP_MKNOD)) != 0;
        }
    }

    /// <summary>The capabilities that this process could give to another, by the bounding set of /proc/self/status.</summary>
    public static ulong Capabilities => CapabilitySet("CapBnd:");

    /// <summary>Those that it has itself, and that the kernel looks at.</summary>
    public static ulong OwnCapabilities => CapabilitySet("CapEff:");

    /// <summary>How many the kernel has: those that are known here, where it says that it does not know the next (EINVAL).</summary>
    public static int CapabilityCount =>
        Libc.prctl(PrctlOption.PR_CAPBSET_READ, KnownCapabilities) < 0 && (Errno)Marshal.GetLastPInvokeError() == Errno.EINVAL ? KnownCapabilities : MostCapabilities;

    /// <summary>Whether this process may map any ids of its own user namespace into a new one.</summary>
    public static bool MapsIds
    {
        get
        {
            const ulong needed = (1UL << (int)Capability.CAP_SETUID) | (1UL << (int)Capability.CAP_SETGID);
            return (OwnCapabilities & needed) == needed;
        }
    }

    public static HostFacts Facts(RunOptions options, PassedDescriptors passed, SystemFacts? system)
    {
        bool hostNetwork = options.Network == NetworkMode.Host;
        bool terminal = options.Terminal ?? CallersTerminal.IsThere;
        return new HostFacts
        {
            IsRoot = OwnUserNamespace.HasRoot,
            CurrentDirectory = CurrentDirectory(options),
            Environment = options.IsNamed ? TextVariable : OwnWords.Variable,
            EnvironmentFiles = ReadEnvironmentFiles(options.EnvironmentFiles),
            Terminal = terminal || CallersTerminal.IsThere,
            OwnTerminal = terminal,
            ConsoleSize = terminal && CallersTerminal.Size is { } size ? new ConsoleSize(size.Rows, size.Columns) : null,
            NotifySocket = options.Notify ? NotifySocket() : null,
            ListenDescriptors = passed.Listening,
            ListenNames = Environment.GetEnvironmentVariable("LISTEN_FDNAMES"),
            ResolvConf = hostNetwork ? NetworkFile("/etc/resolv.conf") : "",
            Hosts = hostNetwork ? NetworkFile("/etc/hosts") : "",
            System = system,
            Device = Device,
            DeviceAt = DeviceAt,
            ThermalThrottles = CountThermalThrottles(),
        };
    }

    /// <summary>What is copied inside. A NUL, of which no resolver makes anything, cannot be in a program of a launch.</summary>
    private static string NetworkFile(string path) => (HostFile.ReadIfThere(path) ?? "").Replace("\0", "", StringComparison.Ordinal);

    /// <summary>A variable for what is written down, as text.</summary>
    private static string? TextVariable(string name) => OwnWords.Variable(name) is { } value && !Arguments.IsText(value)
        ? throw new SandboxException($"cannot pass on the variable {name}", "its value is not UTF-8")
        : OwnWords.Variable(name);

    private static ulong CapabilitySet(string line)
    {
        string status = HostFile.ReadIfThere("/proc/self/status") ?? "";
        int at = status.IndexOf(line, StringComparison.Ordinal);
        ReadOnlySpan<char> rest = at < 0 ? "" : status.AsSpan(at + line.Length);
        int end = rest.IndexOf('\n');
        return ulong.TryParse((end < 0 ? rest : rest[..end]).Trim(), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong set) ? set : 0;
    }

    /// <summary>The socket that the caller's service manager listens on; null where there is no manager, as sd_notify(3) takes it.</summary>
    private static string? NotifySocket() => Environment.GetEnvironmentVariable("NOTIFY_SOCKET") switch
    {
        null or "" => null,
        ['/', ..] and string path => path,
        string other => throw new SandboxException($"cannot pass on the socket {other}", "it has no place in the file system, and cannot be shown inside"),
    };

    /// <summary>The working directory, looked up only where a relative path needs it: one that was removed has no name.</summary>
    private static string CurrentDirectory(RunOptions options)
    {
        foreach (MountOption mount in options.Mounts)
        {
            if (mount is BindOption bind && !bind.Source.StartsWith('/'))
            {
                try
                {
                    return Environment.CurrentDirectory;
                }
                catch (IOException)
                {
                    throw new SandboxException($"cannot find {bind.Source}", "the working directory is gone", "give an absolute path");
                }
            }
        }

        return "/";
    }

    /// <summary>The variables of all env-files, in order.</summary>
    public static ImmutableArray<EnvironmentOption> ReadEnvironmentFiles(ImmutableArray<string> paths)
    {
        ImmutableArray<EnvironmentOption>.Builder variables = ImmutableArray.CreateBuilder<EnvironmentOption>();
        foreach (string path in paths)
        {
            Parsed<ImmutableArray<EnvironmentOption>> read = EnvironmentFile.Read(HostFile.Read(path));
            variables.AddRange(read.Why is { } why ? throw new SandboxException($"wrong --env-file {path}", why) : read.Value);
        }

        return variables.ToImmutable();
    }

    /// <summary>The numbers of a device node, or that it is a directory of them, as drivers of graphics and sound have; throws where it is neither.</summary>
    public static DeviceFacts Device(string path)
    {
        const string devices = "/dev/";
        return Libc.statx(Libc.AT_FDCWD, path, AtFlags.None, out Statx node) == 0
            ? node.Type switch
            {
                FileType.S_IFBLK or FileType.S_IFCHR => FactsOf(node),
                FileType.S_IFDIR when Path.GetFullPath(path).StartsWith(devices, StringComparison.Ordinal) => new DeviceFacts { IsDirectory = true },
                _ => throw NoDevice(path, "it is no device node"),
            }
            : throw NoDevice(path, SandboxException.Describe((Errno)Marshal.GetLastPInvokeError()));
    }

    private static DeviceFacts? DeviceAt(string path) =>
        Libc.statx(Libc.AT_FDCWD, path, AtFlags.None, out Statx node) == 0 && node.Type is FileType.S_IFBLK or FileType.S_IFCHR ? FactsOf(node) : null;

    private static DeviceFacts FactsOf(in Statx node) => new(node.Type == FileType.S_IFBLK, node.SpecialMajor, node.SpecialMinor);

    private static SandboxException NoDevice(string path, string why) => new($"cannot find the device {path}", why, "'ls -l /dev' lists devices, lsblk those that are disks");

    private static int CountThermalThrottles()
    {
        int processors = 0;
        while (Libc.faccessat(Libc.AT_FDCWD, $"/sys/devices/system/cpu/cpu{processors}/thermal_throttle", 0, AtFlags.None) == 0)
        {
            processors++;
        }

        return processors;
    }
}
