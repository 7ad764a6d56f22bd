using Sandbox.Seccomp;
using Sandbox.Syscalls;

namespace Sandbox.Tests.Seccomp;

/// <summary>A worker can signal nobody, and its runtime lives with that.</summary>
public class WorkerFilterTests
{
    private const ulong SignalOfCollector = 34;

    [Test]
    [Arguments("kill", nameof(Errno.EPERM))]
    [Arguments("rt_sigqueueinfo", nameof(Errno.EPERM))]
    [Arguments("rt_tgsigqueueinfo", nameof(Errno.EPERM))]
    [Arguments("tkill", nameof(Errno.EPERM))]
    [Arguments("pidfd_send_signal", nameof(Errno.EPERM))]
    [Arguments("tgkill", nameof(Errno.EAGAIN))]
    public async Task No_signal_is_sent(string call, string errno)
    {
        new SystemCallTable(Abi.X64).TryGetNumber(call, out uint number);
        SeccompAction verdict = BpfMachine.Run(WorkerFilter.Program, Abi.X64.AuditArchitecture(), number, [1, 1, SignalOfCollector, 0, 0, 0]).Verdict;
        await Assert.That(verdict).IsEqualTo(SeccompAction.Fail(Enum.Parse<Errno>(errno)));
    }

    /// <summary>
    /// At any other error than these two the collector ends its own process, once it wants to stop a thread that is running:
    /// PalHijack of the runtime, which a later one may write anew.
    /// </summary>
    [Test]
    public async Task The_collector_takes_that_error_for_an_answer()
    {
        Architecture.MachineCode code = await Architecture.MachineCode.Built.Value;
        Architecture.MachineSymbol hijack = code.Functions.Single(static function => function.Name.StartsWith("_Z9PalHijack", StringComparison.Ordinal));
        string text = await Command.Tool(
            "objdump", "-d", "--no-show-raw-insn", $"--start-address={hijack.Address}", $"--stop-address={hijack.End}", Repository.Executable);

        // Both at once: 3 and 11 differ in one bit.
        await Assert.That(text).Contains("$0xfffffff7,%ecx").And.Contains("$0x3,%ecx");
    }
}
