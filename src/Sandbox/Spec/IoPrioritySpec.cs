namespace Sandbox.Spec;

/// <summary>What ioprio_set(2) is told ("process.ioPriority").</summary>
/// <param name="Class">By its kernel name (IOPRIO_CLASS_BE).</param>
internal sealed record IoPrioritySpec(string Class, int Priority);
