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
        CheckTerminal(what, spec.Process.Terminal, options.ConsoleSocket, isHere: options is { Operation: "run", Detach: false });
        if (!Directory.Exists(spec.RootPath))
        {
            throw new SandboxException(what, $"its root file system {spec.RootPath} is {(File.Exists(spec.RootPath) ? "no directory" : "not there: no such file or directory")}");
        }

        if (!spec.Linux.Has(NamespaceFlags.CLONE_NEWNS) && !Machine.MakesDevices)
        {
            throw new SandboxException(what, "it has no mount namespace, and the devices of /dev can only be mounted here", "add a mount namespace to linux.namespaces");
        }
    }

    /// <summary>A terminal needs somebody who serves it: whoever listens at a socket, or this process while it stays.</summary>
    public static void CheckTerminal(string what, bool terminal, string? console, bool isHere)
    {
        if (terminal && console is null && !isHere)
        {
            throw new SandboxException(what, "process.terminal is true, and nobody takes the terminal's master", "name a socket with --console-socket, or set it to false");
        }

        if (!terminal && console is not null)
        {
            throw new SandboxException(what, "--console-socket is given, and process.terminal is not true", "leave one of the two out");
        }
    }
}
