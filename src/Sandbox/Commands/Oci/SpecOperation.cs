using System.Text;
using Microsoft.Win32.SafeHandles;
using Sandbox.CommandLine;
using Sandbox.Spec;
using Sandbox.State;
using Sandbox.Syscalls;

namespace Sandbox.Commands;

/// <summary><c>spec</c>: a config.json to begin with, for a shell in a root file system beside it.</summary>
internal static class SpecOperation
{
    private const ulong Capabilities =
        (1UL << (int)Capability.CAP_AUDIT_WRITE) | (1UL << (int)Capability.CAP_KILL) | (1UL << (int)Capability.CAP_NET_BIND_SERVICE);

    private const uint Mode = 0x1A4;

    public static int Run(OciSpecOptions options)
    {
        string path = Path.Combine(options.Bundle, ConfigReader.FileName);
        using SafeFileHandle file = Libc.openat(
            Libc.AT_FDCWD, path, OpenFlags.O_WRONLY | OpenFlags.O_CREAT | OpenFlags.O_EXCL | OpenFlags.O_CLOEXEC, Mode);
        return !file.IsInvalid && Libc.TryWriteAll(file, Encoding.UTF8.GetBytes(BundleConfig.Write(Default(options.ForUser))))
            ? 0
            : throw SandboxException.FromLastError($"cannot write {path}", "a file that is there already is left as it is");
    }

    private static RuntimeSpec Default(bool forUser) => new()
    {
        Process = new ProcessSpec
        {
            Terminal = true,
            Args = ["sh"],
            Env = ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "TERM=xterm"],
            Capabilities = new CapabilitySets(Capabilities, Capabilities, Capabilities, 0, 0),
            Rlimits = [new RlimitSpec("RLIMIT_NOFILE", 1024, 1024)],
        },
        ReadOnlyRoot = true,
        Hostname = "sandbox",
        Mounts = [.. DefaultMounts.Of(forUser ? OneId : IdMaps.Host, hostNetwork: forUser), DefaultMounts.Cgroup(writable: false)],
        Linux = new LinuxSpec
        {
            Namespaces = forUser ? Always | NamespaceFlags.CLONE_NEWUSER : Always | NamespaceFlags.CLONE_NEWNET,
            UidMappings = forUser ? OneId.Uids : [],
            GidMappings = forUser ? OneId.Gids : [],
            MaskedPaths = DefaultPaths.Masked(thermalThrottles: 0),
            ReadonlyPaths = DefaultPaths.ReadOnly,
        },
    };

    private static NamespaceFlags Always =>
        NamespaceFlags.CLONE_NEWPID | NamespaceFlags.CLONE_NEWIPC | NamespaceFlags.CLONE_NEWUTS | NamespaceFlags.CLONE_NEWNS | NamespaceFlags.CLONE_NEWCGROUP;

    /// <summary>The caller as root: more takes ranges that only he knows of.</summary>
    private static IdMaps OneId => new(IdMapWriter.Launcher, [new IdMapping(0, Libc.geteuid(), 1)], [new IdMapping(0, Libc.getegid(), 1)]) { AllowsGroups = false };
}
