using Microsoft.Win32.SafeHandles;
using Sandbox.Launch;
using Sandbox.Plan;
using Sandbox.Rootfs;
using Sandbox.Syscalls;

namespace Sandbox.Commands;

/// <summary>Starts the workers of the store in the user namespace of a sandbox's id map.</summary>
internal sealed class Workers(IdMapText maps)
{
    /// <summary>Starts a worker; see <see cref="StartWorker"/>.</summary>
    public WorkerProcess Start(WorkerRequest request)
    {
        using SafeFileHandle nothing = Libc.openat(Libc.AT_FDCWD, "/dev/null", OpenFlags.O_RDWR | OpenFlags.O_CLOEXEC, 0);
        WorkerSettings settings = new()
        {
            Arguments = [request.Verb, .. request.Arguments],
            IdMaps = request.Detached ? IdMapText.None : maps,
            Detached = request.Detached,
            TakesMemory = request.Memory is not null,
            InputIsDirectory = request.InputIsDirectory,
            InputTakesLinks = request.InputTakesLinks,
            DirectoryIsRead = request.DirectoryIsRead,
            InputBeneath = request.InputIsDirectory ? Beneath(request.Directory, request.Input!) : null,
            LandlockVersion = Libc.GetLandlockVersion(),
        };
        (SandboxPlan plan, WorkerSlots slots) = WorkerPlan.Compile(settings);
        using SafeFileHandle? tree = settings.HasOwnMounts ? MappedLayers.OpenPlain(request.Directory, ".") : null;
        using SafeFileHandle? input = settings is { HasOwnMounts: true, InputIsDirectory: true, InputBeneath: null } ? MappedLayers.OpenPlain(request.Input!, ".") : null;
        plan.Program.Fill(slots.Input, Number(input ?? request.Input ?? nothing));
        plan.Program.Fill(slots.Output, Number(request.Report ?? nothing));

        // Not the caller's: what a worker that was taken over wrote there, a terminal would obey.
        plan.Program.Fill(slots.Error, Number(nothing));
        plan.Program.Fill(slots.Directory, Number(tree ?? request.Directory));
        plan.Program.Fill(slots.Memory, Number(request.Memory ?? nothing));
        return new Running(Launcher.Start(plan));
    }

    /// <summary>The path of a directory relative to another that it lies beneath; null where it does not.</summary>
    private static string? Beneath(SafeFileHandle directory, SafeFileHandle inner)
    {
        string? above = LinkText.Read(directory, $"/proc/self/fd/{Number(directory)}"), path = LinkText.Read(directory, $"/proc/self/fd/{Number(inner)}");
        return above is not null && path is not null && path.StartsWith(above + "/", StringComparison.Ordinal) ? path[(above.Length + 1)..] : null;
    }

    private static int Number(SafeFileHandle handle) => (int)handle.DangerousGetHandle();

    /// <summary>A worker that was launched as a sandbox is.</summary>
    private sealed class Running(SandboxProcess process) : WorkerProcess
    {
        public override int Wait() => process.Wait();

        public override void Kill() => process.Kill();

        protected override void Dispose(bool disposing)
        {
            process.Dispose();
            base.Dispose(disposing);
        }
    }
}
