using Sandbox.Containers;
using Sandbox.Launch;

namespace Sandbox.Commands;

/// <summary>A container that was made by this process, whose own child its process is.</summary>
internal sealed record MadeContainer(Container Container, SandboxProcess Process) : IDisposable
{
    public void Dispose()
    {
        Process.Dispose();
        Container.Dispose();
    }
}
