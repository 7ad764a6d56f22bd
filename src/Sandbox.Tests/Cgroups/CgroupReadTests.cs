using Microsoft.Win32.SafeHandles;
using Sandbox.Cgroups;

namespace Sandbox.Tests.Cgroups;

/// <summary>An interface file is read whole, however many reads that takes.</summary>
public class CgroupReadTests
{
    [Test]
    [Arguments(0)]
    [Arguments(1)]
    [Arguments(4096)]
    [Arguments(20_001)]
    public async Task What_lies_in_two_reads_stays_one_character(int before)
    {
        string text = new string('x', before) + string.Concat(Enumerable.Repeat("é", 9000));
        string path = Path.GetTempFileName();
        await File.WriteAllTextAsync(path, text + "\n");
        using SafeFileHandle file = File.OpenHandle(path);
        File.Delete(path);
        await Assert.That(Cgroup.TryRead(file)).IsEqualTo(text);
    }
}
