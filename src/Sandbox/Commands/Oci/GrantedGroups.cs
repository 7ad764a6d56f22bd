using Sandbox.Spec;
using Sandbox.Syscalls;

namespace Sandbox.Commands;

/// <summary>
/// The groups that a container's process can be given. An ordinary user who maps himself alone is told that there are none
/// beside his own. An engine that runs with such a map asks for those of the image all the same, and must go on: it is
/// warned.
/// </summary>
internal static class GrantedGroups
{
    public static RuntimeSpec Of(RuntimeSpec spec)
    {
        UserSpec user = spec.Process.User;
        if (user.AdditionalGids.IsEmpty || ContainerIds.AllowGroups(spec.Linux))
        {
            return spec;
        }

        if (Libc.geteuid() != 0)
        {
            throw new SandboxException(
                "cannot give the process its additional groups", "the kernel allows none where a user has mapped himself alone", "map a range of /etc/subgid too, or take process.user.additionalGids out");
        }

        return spec with
        {
            Process = spec.Process with { User = user with { AdditionalGids = [] } },
            Warnings = spec.Warnings.Add("process.user.additionalGids: the kernel allows none here, where a user has mapped himself alone, and they are passed over"),
        };
    }
}
