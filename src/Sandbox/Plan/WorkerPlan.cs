using Sandbox.Steps;
using Sandbox.Syscalls;

namespace Sandbox.Plan;

/// <summary>The launch of a worker: the same waist as a sandbox's, with fewer steps and our own executable as its command.</summary>
internal static unsafe class WorkerPlan
{
    private const int DirectoryDescriptor = 3, MemoryDescriptor = 4, FirstFreeDescriptor = 10;

    public static (SandboxPlan Plan, WorkerSlots Descriptors) Compile(WorkerSettings settings)
    {
        ProgramBuilder program = new();
        LaunchSlots slots = new(program);
        WorkerSlots descriptors = new(program);
        SessionPlan.Begin(program, leads: false);
        SessionPlan.LetGoOfLifeline(program, slots);
        IdMapPlan.Apply(program, slots.Lifeline, settings.IdMaps);
        IdMapPlan.BecomeRoot(program, settings.IdMaps);
        if (!settings.Detached)
        {
            SessionPlan.DieWithLauncher(program);
        }

        (Slot tree, Slot work) = settings.HasOwnMounts ? WorkerView.Enter(program, descriptors, settings) : (descriptors.Directory, descriptors.Input);
        program.For("hand a worker its descriptors");

        // Out of the way of 0-4 first: a descriptor that is already in its place would be closed by the others.
        Slot directory = program.DuplicateAbove(tree, FirstFreeDescriptor);
        Slot report = program.DuplicateAbove(descriptors.Output, FirstFreeDescriptor);
        Slot error = program.DuplicateAbove(descriptors.Error, FirstFreeDescriptor);
        Slot input = program.DuplicateAbove(work, FirstFreeDescriptor);
        Slot? memory = settings.TakesMemory ? program.DuplicateAbove(descriptors.Memory, FirstFreeDescriptor) : null;
        program.DuplicateTo(input, 0);
        program.DuplicateTo(report, 1);
        program.DuplicateTo(error, 2);
        program.DuplicateTo(directory, DirectoryDescriptor);
        if (memory is { } shared)
        {
            program.DuplicateTo(shared, MemoryDescriptor);
        }

        program.CloseAllAtExec(from: settings.TakesMemory ? MemoryDescriptor + 1 : DirectoryDescriptor + 1);
        WorkerConfinement.Apply(program, directory, input, settings);
        program.SetInit(new InitParameters { Report = slots.Report.Index });
        program.For("start a worker process");
        program.SetSignalMask(0);
        program.Execute(program.PutCommand(["/proc/self/exe"], ["sandbox", .. settings.Arguments], [], default));
        return (new SandboxPlan { IsForWorker = true, Program = program.Finish(), Namespaces = Namespaces(settings), Slots = slots, IdMaps = settings.IdMaps }, descriptors);
    }

    /// <summary>No network but for a detached worker: it has no user namespace, without which an ordinary caller could make no other.</summary>
    private static CloneFlags Namespaces(WorkerSettings settings)
    {
        const CloneFlags apart = CloneFlags.CLONE_NEWNET | CloneFlags.CLONE_NEWIPC;
        return settings switch
        {
            { Detached: true } => CloneFlags.None,
            { HasOwnMounts: true } => apart | CloneFlags.CLONE_NEWNS | CloneFlags.CLONE_NEWPID,
            _ => apart | CloneFlags.CLONE_NEWUSER,
        };
    }
}
