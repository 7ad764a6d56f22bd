namespace Sandbox.Containers;

/// <summary>The words for it.</summary>
internal static class ContainerStatusName
{
    public static string Of(ContainerStatus status) => status switch
    {
        ContainerStatus.Creating => "creating",
        ContainerStatus.Created => "created",
        ContainerStatus.Running => "running",
        ContainerStatus.Paused => "paused",
        _ => "stopped",
    };
}
