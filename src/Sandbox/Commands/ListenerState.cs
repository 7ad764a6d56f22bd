using System.Globalization;
using Sandbox.Json;
using Sandbox.Plan;

namespace Sandbox.Commands;

/// <summary>The container process state of the OCI runtime specification, which a seccomp agent gets with its listener.</summary>
internal static class ListenerState
{
    private const string Version = "1.0.2";

    /// <param name="command">The PID of the command, as it is on the host.</param>
    /// <param name="bundle">The directory that the sandbox is made from.</param>
    public static string Of(ListenerChoice listener, int command, string bundle) => Of(listener.Metadata, command, new JsonText(compact: true)
        .Begin('{')
        .Add("ociVersion", Version)
        .Add("id", string.Create(CultureInfo.InvariantCulture, $"sandbox-{command}"))
        .Add("status", "creating")
        .Add("pid", command)
        .Add("bundle", bundle)
        .End('}')
        .ToString());

    /// <param name="metadata">The profile's words for the agent.</param>
    /// <param name="process">The PID of the process that the filter binds, as it is on the host.</param>
    /// <param name="state">The state of its container.</param>
    public static string Of(string metadata, int process, string state) => new JsonText(compact: true)
        .Begin('{')
        .Add("ociVersion", Version)
        .Add("fds", ["seccompFd"])
        .Add("pid", process)
        .Add("metadata", metadata)
        .Raw("state", state)
        .End('}')
        .ToString();
}
