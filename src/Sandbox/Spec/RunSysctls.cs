using System.Collections.Immutable;
using Sandbox.CommandLine;

namespace Sandbox.Spec;

/// <summary>The settings of <c>--sysctl</c>: those of the sandbox's own network and IPC, as with docker, and no other.</summary>
internal static class RunSysctls
{
    /// <summary>In the order given, or which of them is none that a sandbox may set.</summary>
    public static (ImmutableArray<NamedText> Settings, Refusal? Refusal) Of(RunOptions options)
    {
        foreach (SysctlOption option in options.Sysctls)
        {
            if (Wrong(option.Name, options.Network) is { } why)
            {
                return ([], new Refusal($"wrong value '{option.Name}={option.Value}' for --sysctl", why, "allowed are net.*, fs.mqueue.*, kernel.msg*, kernel.sem* and kernel.shm*"));
            }
        }

        return ([.. Array.ConvertAll([.. options.Sysctls], static option => new NamedText(option.Name, option.Value))], null);
    }

    /// <summary>A setting of user namespaces is none of them: with one the command could be given back what it must not make.</summary>
    private static string? Wrong(string name, NetworkMode network) => !SysctlScope.IsName(name) ? "it is no name of a setting" : SysctlScope.Of(name) switch
    {
        NamespaceFlags.CLONE_NEWIPC => null,
        NamespaceFlags.CLONE_NEWNET => network == NetworkMode.None ? null : "with --network host it would be the host's setting",
        _ => "it is no setting of a sandbox's network or IPC",
    };
}
