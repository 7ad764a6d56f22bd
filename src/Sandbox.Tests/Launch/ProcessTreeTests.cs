using Sandbox.Launch;

namespace Sandbox.Tests.Launch;

/// <summary>Processor times are read from /proc whatever a process calls itself.</summary>
public class ProcessTreeTests
{
    [Test]
    [Arguments("7 (sh) S 1 7 7 0 -1 4194560 5 6 7 8 10 20 30 40 20 0 1 0 99")]
    [Arguments("7 (a) S 1 1 (b) c) R 1 7 7 0 -1 4194560 5 6 7 8 10 20 30 40 20 0 1 0 99")]
    public async Task All_four_times_count(string stat) => await Assert.That(ProcessTree.Times(stat)).IsEqualTo(new CpuTimes(400_000, 600_000));

    [Test]
    [Arguments("")]
    [Arguments("7 (sh")]
    public async Task What_has_none_has_none(string stat) => await Assert.That(ProcessTree.Times(stat)).IsEqualTo(default(CpuTimes));
}
