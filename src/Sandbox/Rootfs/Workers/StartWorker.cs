namespace Sandbox.Rootfs;

/// <summary>Starts a worker; the handles stay the caller's. A failure to start is a SandboxException.</summary>
internal delegate WorkerProcess StartWorker(WorkerRequest request);
