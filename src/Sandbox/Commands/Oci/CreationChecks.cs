using System.Collections.Immutable;
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
        CheckUser(what, spec);
        if (!Directory.Exists(spec.RootPath))
        {
            throw new SandboxException(what, $"its root file system {spec.RootPath} is {(File.Exists(spec.RootPath) ? "no directory" : "not there: no such file or directory")}");
        }

        if (!spec.Linux.Has(NamespaceFlags.CLONE_NEWNS) && !Machine.MakesDevices)
        {
            throw new SandboxException(what, "it has no mount namespace, and the devices of /dev can only be mounted here", "add a mount namespace to linux.namespaces");
        }
    }

    /// <summary>Of an id that a user namespace does not have the kernel says no more than that the argument is invalid.</summary>
    public static void CheckUser(string what, RuntimeSpec spec)
    {
        if (!spec.Linux.Has(NamespaceFlags.CLONE_NEWUSER))
        {
            return;
        }

        UserSpec user = spec.Process.User;
        IdMaps ids = new(IdMapWriter.Launcher, spec.Linux.UidMappings, spec.Linux.GidMappings);
        if (!ids.HasUid(user.Uid))
        {
            throw Unmapped("user", user.Uid, ids.Uids);
        }

        foreach (uint group in user.AdditionalGids.Insert(0, user.Gid))
        {
            if (!ids.HasGid(group))
            {
                throw Unmapped("group", group, ids.Gids);
            }
        }

        SandboxException Unmapped(string kind, uint id, ImmutableArray<IdMapping> map) => new(
            what, $"there is no {kind} {id} in its user namespace, only {IdMaps.Describe(map)}", "linux.uidMappings and linux.gidMappings of its config.json say which ids it has");
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
