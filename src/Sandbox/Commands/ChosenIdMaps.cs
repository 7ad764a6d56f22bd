using Microsoft.Win32.SafeHandles;
using Sandbox.Spec;

namespace Sandbox.Commands;

/// <summary>The id maps of a sandbox, chosen by what the machine's files say, and the lock on ids that were free.</summary>
internal sealed record ChosenIdMaps(IdMaps Maps, SafeFileHandle? BlockLock) : IDisposable
{
    public void Dispose() => BlockLock?.Dispose();
}
