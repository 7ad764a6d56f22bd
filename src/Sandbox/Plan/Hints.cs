namespace Sandbox.Plan;

/// <summary>Advice that more than one failure gives.</summary>
internal static class Hints
{
    public const string Processes = "the caller has too many processes: ulimit -u";

    public const string DescriptorsUnderWay =
        "a sandbox of yours keeps as many descriptors under way in sockets as you may have: end it, or raise ulimit -n";

    public const string LongName = "a name has at most 255 bytes, and a path 4,095";

    public const string UserNamespaces =
        "this machine restricts user namespaces; look at sysctl kernel.apparmor_restrict_unprivileged_userns (1 needs an AppArmor " +
        "profile for sandbox that allows userns), kernel.unprivileged_userns_clone and user.max_user_namespaces";
}
