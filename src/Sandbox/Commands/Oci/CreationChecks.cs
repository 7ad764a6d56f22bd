using Sandbox.CommandLine;
using Sandbox.Spec;
using Sandbox.Syscalls;

namespace Sandbox.Commands;

/// <summary>What of a command line and a specification does not go together.</summary>
internal static class CreationChecks
{
    public static void Check(OciCreateOptions options, RuntimeSpec spec)
    {
        string what = $"cannot {options.Operation} container {options.Id}";
        CheckStreams(what, spec.Process.Terminal, options.ConsoleSocket, options.PreservedDescriptors);
        if (!Directory.Exists(spec.RootPath))
        {
            throw new SandboxException(what, $"its root file system {spec.RootPath} is not there: no such file or directory");
        }
    }

    /// <summary>What a process of a container cannot be given is refused by its name, and not left out.</summary>
    public static void CheckStreams(string what, bool terminal, string? console, int preserved)
    {
        if (terminal && console is null)
        {
            throw new SandboxException(what, "process.terminal is true, and nobody takes the terminal's master", "name a socket with --console-socket, or set it to false");
        }

        if (!terminal && console is not null)
        {
            throw new SandboxException(what, "--console-socket is given, and process.terminal is not true", "leave one of the two out");
        }

        if (preserved > 0)
        {
            throw new SandboxException(what, "--preserve-fds: handing descriptors on is not supported", "leave it out");
        }
    }
}
