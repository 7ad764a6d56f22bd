using Sandbox.Steps;

namespace Sandbox.Plan;

/// <summary>The slots of a worker's descriptors, which the launcher fills.</summary>
internal sealed record WorkerSlots(ProgramBuilder Builder)
{
    public Slot Input { get; } = Builder.NewSlot("input");

    public Slot Output { get; } = Builder.NewSlot("output");

    public Slot Error { get; } = Builder.NewSlot("error");

    public Slot Directory { get; } = Builder.NewSlot("directory");

    public Slot Memory { get; } = Builder.NewSlot("memory");
}
