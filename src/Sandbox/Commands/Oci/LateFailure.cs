using Sandbox.Containers;
using Sandbox.Launch;
using Sandbox.Steps;
using Sandbox.Syscalls;

namespace Sandbox.Commands;

/// <summary>Turns what a started container's process reports into words; its program is that of another process, create's.</summary>
internal static class LateFailure
{
    public static SandboxException Describe(LateStep failed, Report report)
    {
        Errno errno = (Errno)report.Value;
        string what = $"cannot {failed.What}";
        return failed.Kind switch
        {
            LateStepKind.Hook => new SandboxException(what, LaunchFailure.WhyHookFailed(errno, report.Detail), errno: errno),
            LateStepKind.Command => new SandboxException(
                what, SandboxException.Describe(errno), null, errno is Errno.ENOENT or Errno.ENOTDIR ? OciFailure.NotFound : OciFailure.CannotExecute, errno),
            _ => SandboxException.FromErrno(what, errno),
        };
    }
}
