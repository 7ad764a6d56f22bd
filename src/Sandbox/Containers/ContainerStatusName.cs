namespace Sandbox.Containers;

/// <summary>The specification's words for where a container is in its life.</summary>
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
