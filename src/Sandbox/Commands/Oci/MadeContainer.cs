using Sandbox.Containers;
using Sandbox.Launch;

namespace Sandbox.Commands;

/// <summary>A container that was made by this process, whose own child its process is.</summary>
/// <param name="Terminal">Serves the terminal of its process; null where that has none, or an engine serves it.</param>
internal sealed record MadeContainer(Container Container, SandboxProcess Process, TerminalRelay? Terminal) : IDisposable
{
    public void Dispose()
    {
        Terminal?.Dispose();
        Process.Dispose();
        Container.Dispose();
    }
}
