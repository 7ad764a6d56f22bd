using System.Diagnostics;

namespace Sandbox.Tests.Seccomp;

/// <summary>The entry of the kernel for i386 programs, which some virtual machines do not have: there int 0x80 is a fault.</summary>
internal static class I386Entry
{
    private const string Probe =
        """
        import ctypes, mmap
        code = mmap.mmap(-1, 4096, prot=7)
        code.write(bytes.fromhex('b814000000 cd80 c3'))
        ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(code)))()
        """;

    private static readonly Lazy<bool> Served = new(static () =>
    {
        using Process probe = Process.Start(new ProcessStartInfo("/usr/bin/python3", ["-c", Probe]))!;
        probe.WaitForExit();
        return probe.ExitCode == 0;
    });

    public static bool IsServed => Served.Value;

    /// <summary>Leaves a test out that is about it.</summary>
    public static void Require() => Skip.Unless(IsServed, "the processor of this machine has no int 0x80");
}
