using System.Runtime.InteropServices;
using System.Text;
using Sandbox.Seccomp;

namespace Sandbox.Tests.Seccomp;

/// <summary>The running kernel takes the programs, and does to a real process what they say.</summary>
public class KernelTests
{
    /// <summary>
    /// Loads the program that it reads, then makes calls, natively and through int 0x80, and prints how each failed. Where
    /// the processor of a virtual machine does not know that instruction, it leaves those out.
    /// </summary>
    private const string Driver =
        """
        import ctypes, mmap, os, sys
        libc = ctypes.CDLL(None, use_errno=True)
        program = sys.stdin.buffer.read()
        class Fprog(ctypes.Structure): _fields_ = [('len', ctypes.c_ushort), ('filter', ctypes.c_char_p)]
        def call(*a):
            ctypes.set_errno(0)
            return 0 if libc.syscall(*[ctypes.c_long(x) for x in a]) >= 0 else ctypes.get_errno()
        code = mmap.mmap(-1, 4096, prot=7)
        code.write(bytes.fromhex('53 89f8 89f3 89d1 31d2 cd80 5b c3'))
        int80 = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(code)))
        failure = lambda result: -result if result < 0 else 0
        probe = os.fork()
        if probe == 0: int80(64, 0, 0); os._exit(0)
        served = os.waitpid(probe, 0)[1] == 0
        assert libc.prctl(38, 1, 0, 0, 0) == 0
        if program:
            assert libc.prctl(22, 2, ctypes.byref(Fprog(len(program) // 8, program))) == 0, 'the kernel refuses the program'
        for name, result in [
            ('getppid', call(110)), ('clone3', call(435, 0, 0)), ('unshare', call(272, 0x10000000)), ('personality', call(135, 8)),
            ('addr_no_randomize', call(135, 0x40000)), ('af_alg', call(41, 38, 5, 0)), ('af_vsock', call(41, 40, 1, 0)), ('af_unix', call(41, 1, 1, 0)),
            ('tiocsti', call(16, 0, 0x5412, 0)), ('tiocsti_high', call(16, 0, 0x100005412, 0)), ('bpf', call(321, 0, 0, 0)), ('io_uring', call(425, 1, 0)),
            ('new', call(600)), ('x32_unshare', call(0x40000000 + 272, 0))] + ([] if not served else [('i386_getppid', failure(int80(64, 0, 0))),
            ('i386_socketcall', failure(int80(102, 1, 0))), ('i386_af_alg', failure(int80(359, 38, 5))), ('i386_unshare', failure(int80(310, 0, 0)))]):
            print(name, result)
        """;

    private const int EPERM = 1, ENOSYS = 38;

    [Test]
    public async Task The_default_program_does_to_a_process_what_it_says()
    {
        Dictionary<string, int> results = await Try(PrecompiledFilters.WithDefaultCapabilities);
        Dictionary<string, int> expected = new()
        {
            ["getppid"] = 0, ["clone3"] = ENOSYS, ["unshare"] = EPERM, ["personality"] = 0, ["addr_no_randomize"] = EPERM,
            ["af_alg"] = EPERM, ["af_vsock"] = EPERM, ["af_unix"] = 0, ["tiocsti"] = EPERM, ["tiocsti_high"] = EPERM, ["bpf"] = EPERM,
            ["io_uring"] = EPERM, ["new"] = ENOSYS, ["x32_unshare"] = EPERM, ["i386_getppid"] = 0, ["i386_socketcall"] = EPERM,
            ["i386_af_alg"] = EPERM, ["i386_unshare"] = EPERM,
        };
        if (!I386Entry.IsServed)
        {
            expected = expected.Where(pair => !pair.Key.StartsWith("i386_", StringComparison.Ordinal)).ToDictionary();
        }

        await Assert.That(results).IsEquivalentTo(expected);
    }

    /// <summary>Without the program the same calls come through: it is the program that stops them.</summary>
    [Test]
    public async Task Without_a_program_nothing_is_refused()
    {
        Dictionary<string, int> results = await Try([]);
        await Assert.That(results.ContainsKey("i386_getppid")).IsEqualTo(I386Entry.IsServed);
        foreach (string name in ((string[])["addr_no_randomize", "i386_unshare", "i386_getppid"]).Where(results.ContainsKey))
        {
            await Assert.That(results[name]).IsEqualTo(0);
        }

        foreach (string name in ((string[])["clone3", "tiocsti", "tiocsti_high", "io_uring", "i386_socketcall", "bpf"]).Where(results.ContainsKey))
        {
            await Assert.That(results[name]).IsNotEqualTo(name == "clone3" ? ENOSYS : name == "bpf" ? 0 : EPERM);
        }
    }

    private static Task<Dictionary<string, int>> Try(ReadOnlySpan<ulong> program) => Run(MemoryMarshal.AsBytes(program).ToArray());

    private static async Task<Dictionary<string, int>> Run(byte[] program)
    {
        CommandResult result = await Command.Run("/usr/bin/python3", ["-c", Driver], program);
        return result.ExitCode == 0
            ? result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ')).ToDictionary(pair => pair[0], pair => int.Parse(pair[1]))
            : throw new InvalidOperationException(result.Error);
    }
}
