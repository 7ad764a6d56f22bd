using System.Collections.Immutable;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Sandbox.CommandLine;
using Sandbox.Containers;
using Sandbox.Launch;
using Sandbox.Seccomp;
using Sandbox.Spec;
using Sandbox.Steps;
using Sandbox.Syscalls;

namespace Sandbox.Commands;

/// <summary><c>start</c>: lets the process of a created container run its command.</summary>
internal static class StartOperation
{
    public static int Run(OciTargetOptions options, OciContext context)
    {
        using Container container = Container.Open(context.Root, options.Id);
        Start(container, context);
        return 0;
    }

    public static void Start(Container container, OciContext context)
    {
        string what = $"cannot start container {container.Id}";
        switch (container.Status)
        {
            case ContainerStatus.Created:
                break;
            case ContainerStatus.Stopped:
                throw new SandboxException(what, "it has stopped");
            case ContainerStatus.Creating:
                throw new SandboxException(what, "it is still being made");
            case ContainerStatus.Paused:
                throw new SandboxException(what, "it is paused");
            default:
                throw new SandboxException(what, "it is already running");
        }

        if (container.State.LacksProcess)
        {
            throw new SandboxException(what, "its config.json has no process");
        }

        using (SafeFileHandle? connection = StartGate.Pass(container.Directory.Handle))
        {
            if (connection is null || !AwaitCommand(connection, container, context))
            {
                throw new SandboxException(what, container.State.Process.IsAlive ? "it is already running" : "it has stopped");
            }
        }

        if (container.State.HasLateHooks)
        {
            RunPoststart(container, context);
        }
    }

    /// <summary>
    /// Waits until the command is executed: the connection then closes without a word. The listener of its filter may come before.
    /// False where the process has let another start in: the kernel resets what still queues when the gate is closed.
    /// </summary>
    private static unsafe bool AwaitCommand(SafeFileHandle connection, Container container, OciContext context)
    {
        Report report;
        nint count;
        while ((count = Libc.Receive(connection, (byte*)&report, (nuint)sizeof(Report), MessageFlags.None, out SafeFileHandle? listener)) > 0 && listener is not null)
        {
            using (listener)
            {
                PassOn(listener, container, context);
            }
        }

        if (count != sizeof(Report))
        {
            return count == 0;
        }

        LateStep failed = Find(container.State.LateSteps, report.Step);
        if (failed.Kind == LateStepKind.Hook)
        {
            ContainerRemoval.Remove(container, context);
        }

        throw LateFailure.Describe(failed, report);
    }

    /// <summary>A container whose filter nobody answers for is stopped and removed.</summary>
    private static void PassOn(SafeFileHandle listener, Container container, OciContext context)
    {
        SeccompProfile profile = ConfigReader.Read(container.Directory.ReadConfig(), container.State.Bundle).Linux.Seccomp!;
        string state = StateReport.Write(container.State, ContainerStatus.Created, compact: true).ToString();
        try
        {
            SeccompListener.Send(
                listener, profile.ListenerPath!, Encoding.UTF8.GetBytes(ListenerState.Of(profile.ListenerMetadata ?? "", container.State.Process.Pid, state)));
        }
        catch (SandboxException)
        {
            ContainerEnd.Kill(container);
            ContainerRemoval.Remove(container, context);
            throw;
        }
    }

    private static LateStep Find(ImmutableArray<LateStep> steps, int step)
    {
        LateStep found = default;
        foreach (LateStep one in steps)
        {
            found = one.First <= step ? one : found;
        }

        return found;
    }

    /// <summary>The container that a hook spoils is stopped and removed (the specification's lifecycle, from step 9 to step 12).</summary>
    private static void RunPoststart(Container container, OciContext context)
    {
        HooksSpec hooks = ConfigReader.Read(container.Directory.ReadConfig(), container.State.Bundle).Hooks;
        try
        {
            RuntimeHooks.Run("poststart", hooks.Poststart, container.State.Bundle, StateReport.Write(container.State, ContainerStatus.Running, compact: true).ToString());
        }
        catch (SandboxException)
        {
            ContainerEnd.Kill(container);
            ContainerRemoval.Remove(container, context);
            throw;
        }
    }
}
