using Sandbox.Launch;

namespace Sandbox.Tests.Launch;

/// <summary>Whether a child was killed before it executed the command is read from /proc whatever it calls itself.</summary>
public class ExecutionMarkTests
{
    [Test]
    [Arguments("7 (sh) S 1 7 7 0 -1 4194560 5 6 7 8", true)]
    [Arguments("7 (true) Z 1 7 7 0 -1 4194304 5 6 7 8", true)]
    [Arguments("7 (a) S 1 1 (b) c) Z 1 7 7 0 -1 4194624 5 6 7 8", false)]
    [Arguments("7 (sandbox-init) Z 1 7 7 0 -1 64 5 6 7 8", false)]
    [Arguments("", false)]
    [Arguments("7 (sh) S 1", false)]
    public async Task The_flag_is_found(string stat, bool executed) => await Assert.That(ExecutionMark.IsOfExecuted(stat)).IsEqualTo(executed);
}
