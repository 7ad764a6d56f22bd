using Microsoft.Win32.SafeHandles;
using Sandbox.CommandLine;
using Sandbox.Launch;

namespace Sandbox.Commands;

/// <summary><c>run</c>: makes and starts a container, stays with it to its end, and removes it.</summary>
internal static class RunOperation
{
    public static int Run(OciCreateOptions options, OciContext context)
    {
        using SafeFileHandle signals = Supervision.OpenSignals();
        using MadeContainer made = ContainerCreation.Make(options, context);
        try
        {
            StartOperation.Start(made.Container, context);
            if (options.Detach)
            {
                return 0;
            }

            int code = Supervision.Run(made.Process, signals, new SupervisionOrders { Limits = new LimitWatch(), Terminal = made.Terminal });
            if (!options.Keep)
            {
                ContainerRemoval.Remove(made.Container, context);
            }

            return code;
        }
        catch
        {
            made.Process.Kill();
            made.Process.WaitQuietly();
            if (made.Container.Directory.IsStill())
            {
                ContainerRemoval.Remove(made.Container, context);
            }

            throw;
        }
    }
}
