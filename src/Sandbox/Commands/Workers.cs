using Microsoft.Win32.SafeHandles;
using Sandbox.Launch;
using Sandbox.Plan;
using Sandbox.Rootfs;
using Sandbox.Syscalls;

namespace Sandbox.Commands;

/// <summary>Starts the workers of the store in the user namespace of a sandbox's id map.</summary>
internal sealed class Workers(IdMapText maps)
{
    private const string Mounts = "cannot give a worker mounts of its own";

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
        using SafeFileHandle? tree = settings.HasOwnMounts ? MappedLayers.OpenPlain(request.Directory, ".", Mounts) : null;
        using SafeFileHandle? input = settings is { HasOwnMounts: true, InputIsDirectory: true, InputBeneath: null } ? MappedLayers.OpenPlain(request.Input!, ".", Mounts) : null;
        plan.Program.Fill(slots.Input, (input ?? request.Input ?? nothing).Descriptor());
        plan.Program.Fill(slots.Output, (request.Report ?? nothing).Descriptor());

        // Not the caller's: what a worker that was taken over wrote there, a terminal would obey.
        plan.Program.Fill(slots.Error, nothing.Descriptor());
        plan.Program.Fill(slots.Directory, (tree ?? request.Directory).Descriptor());
        plan.Program.Fill(slots.Memory, (request.Memory ?? nothing).Descriptor());
        return new Running(Launcher.Start(plan));
    }

    /// <summary>The path of a directory relative to another that it lies beneath; null where it does not.</summary>
    private static string? Beneath(SafeFileHandle directory, SafeFileHandle inner)
    {
        string? above = LinkText.Read(directory, $"/proc/self/fd/{directory.Descriptor()}"), path = LinkText.Read(directory, $"/proc/self/fd/{inner.Descriptor()}");
        return above is not null && path is not null && path.StartsWith(above + "/", StringComparison.Ordinal) ? path[(above.Length + 1)..] : null;
    }

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
