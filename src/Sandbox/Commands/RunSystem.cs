using System.Collections.Immutable;
using System.Text;
using Sandbox.CommandLine;
using Sandbox.Rootfs;
using Sandbox.Spec;
using Sandbox.Syscalls;

namespace Sandbox.Commands;

/// <summary>What booting a system takes from its image and from the caller, and what its end means.</summary>
internal static class RunSystem
{
    private const int LargestFile = 1 << 20;

    /// <summary>What systemd takes for "power off" as PID 1 (SIGRTMIN+3), and what busybox's init does.</summary>
    private const int OfSystemd = 37, OfBusybox = (int)Signal.SIGUSR2;

    /// <summary>The exit code of a system that wants to be started again: what systemd-nspawn's own unit has for it.</summary>
    private const int Again = 133;

    /// <summary>Null where one command runs.</summary>
    public static SystemFacts? Facts(RunOptions options, RootfsSource source)
    {
        if (!options.Boot)
        {
            return null;
        }

        if ((Read(source, "etc/os-release") ?? Read(source, "usr/lib/os-release")) is null)
        {
            throw new SandboxException($"cannot boot {options.Image}", "it has no os-release file, and so is no system", "leave --boot out to run a command in it");
        }

        if (options.Volatile == VolatileMode.Yes && Read(source, "usr/lib/os-release") is null)
        {
            throw new SandboxException($"cannot boot {options.Image} with --volatile yes", "its /usr has no os-release file, and so holds no system", "use --volatile state");
        }

        return new SystemFacts(Uuid(source), HostFile.ReadIfThere("/etc/os-release") ?? HostFile.ReadIfThere("/usr/lib/os-release") ?? "", Credentials(options));
    }

    /// <summary>The signal that switches it off.</summary>
    public static int StopSignal(RootfsSource source) => HasSystemd(source, "usr/lib") || HasSystemd(source, "lib") ? OfSystemd : OfBusybox;

    /// <summary>
    /// The exit code of a run whose PID 1 has ended so. In a PID namespace the kernel makes a signal of reboot(2): SIGINT of
    /// switching off, SIGHUP of a restart (pid_namespaces(7)).
    /// </summary>
    public static int ExitCode(WaitStatus end, int code) => (Signal)end.EndSignal switch
    {
        Signal.SIGINT => 0,
        Signal.SIGHUP => Again,
        _ => code,
    };

    /// <summary>That of the image, where it has one: what the system keeps is by it.</summary>
    private static string Uuid(RootfsSource source)
    {
        string id = Read(source, "etc/machine-id")?.Trim() ?? "";
        return id.Length == 32 && id.All(char.IsAsciiHexDigitLower) ? id : $"{Libc.GetRandom():x16}{Libc.GetRandom():x16}";
    }

    private static ImmutableArray<NamedText> Credentials(RunOptions options)
    {
        List<NamedText> all = [];
        foreach (CredentialOption option in options.Credentials)
        {
            string value = option.Value ?? HostFile.Read(option.File!);
            if (value.AsSpan().ContainsAny('\0', '\uFFFD'))
            {
                throw new SandboxException($"cannot hand over the credential {option.Name}", "it is not text in UTF-8", "encode it, for example with base64");
            }

            all.RemoveAll(other => other.Name == option.Name);
            all.Add(new NamedText(option.Name, value));
        }

        return [.. all];
    }

    private static bool HasSystemd(RootfsSource source, string libraries) => Read(source, libraries + "/systemd/system/multi-user.target") is not null;

    private static string? Read(RootfsSource source, string path) => TreeFile.Read(source, path, LargestFile) is { } bytes ? Encoding.UTF8.GetString(bytes) : null;
}
