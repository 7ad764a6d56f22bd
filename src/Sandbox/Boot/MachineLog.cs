using System.Text;
using Microsoft.Win32.SafeHandles;
using Sandbox.State;
using Sandbox.Syscalls;

namespace Sandbox.Boot;

/// <summary>What the manager says: a line on the console, and the same in the kernel's log, where it outlives the console.</summary>
internal sealed class MachineLog : IDisposable
{
    private const int StandardError = 2;

    /// <summary>In bytes; the kernel refuses what is longer than a record of its log.</summary>
    private const int LongestRecord = 1000;

    private readonly SafeFileHandle _kernel = Libc.openat(Libc.AT_FDCWD, "/dev/kmsg", OpenFlags.O_WRONLY | OpenFlags.O_CLOEXEC, 0);

    /// <summary>The kernel would let lines fall when there are more than ten in five seconds (printk.devkmsg in kernel-parameters.txt).</summary>
    public static void KeepAll()
    {
        const string path = "/proc/sys/kernel/printk_devkmsg";

        // Where the kernel's command line has decided that already, nobody changes it. It takes the word with a newline only.
        if (TextFile.TryRead(path)?.TrimEnd() == "ratelimit" && TextFile.TryRead("/proc/cmdline")?.Contains("printk.devkmsg=", StringComparison.Ordinal) != true)
        {
            BootSettings.Write(path, "on\n", "cannot have the kernel keep all that is logged");
        }
    }

    public void Tell(string line)
    {
        Write(StandardError, Encoding.UTF8.GetBytes($"sandbox: {line}\n"));

        // Of the lowest rank: the kernel would print it on the console a second time.
        if (!_kernel.IsInvalid)
        {
            byte[] record = Encoding.UTF8.GetBytes($"<7>sandbox: {line}");
            Write(_kernel.Descriptor(), record.AsSpan(0, Math.Min(record.Length, LongestRecord)));
        }
    }

    public void Tell(SandboxException failure)
    {
        Tell(failure.Message);
        if (failure.Hint is { } hint)
        {
            Tell($"hint: {hint}");
        }
    }

    public void Dispose() => _kernel.Dispose();

    private static unsafe void Write(int descriptor, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* first = bytes)
        {
            // Where there is no console nobody is left to be told.
            _ = Libc.write(descriptor, first, bytes.Length);
        }
    }
}
