namespace Sandbox.Rootfs;

/// <summary>A running worker.</summary>
internal abstract class WorkerProcess : IDisposable
{
    /// <summary>Waits for its end: its exit code, or 128+n when signal n ended it.</summary>
    public abstract int Wait();

    /// <summary>Ends it by SIGKILL, with whatever it has started.</summary>
    public abstract void Kill();

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Gives back the descriptors; a worker that still runs goes on.</summary>
    protected virtual void Dispose(bool disposing)
    {
    }
}
