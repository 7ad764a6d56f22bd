using Sandbox.Seccomp;
using Sandbox.Syscalls;

namespace Sandbox.Tests.Seccomp;

/// <summary>A system call is never taken for another: the tables have the numbers of libseccomp and of the kernel's names here.</summary>
public class SystemCallTableTests
{
    [Test]
    [Arguments("X64")]
    [Arguments("I386")]
    [Arguments("X32")]
    [Arguments("Arm64")]
    public async Task Numbers_are_those_of_libseccomp(string abiName)
    {
        SystemCallTable table = new(Enum.Parse<Abi>(abiName));
        IReadOnlyDictionary<string, int> theirs = await LibSeccomp.Numbers(abiName, table.Names.Values);
        List<string> differences = [];
        int compared = 0;
        foreach ((uint number, string name) in table.Names)
        {
            bool isNewer = theirs[name] == -1 || (theirs[name] < -9999 && (number & ~AbiFacts.X32Bit) > 450);
            bool isMultiplexed = abiName == "I386" && Multiplexer.Of(name) is { } multiplexer
                && table.TryGetNumber(multiplexer.Name, out uint through) && theirs[name] == (int)through;
            if (isNewer || isMultiplexed)
            {
                continue;
            }

            compared++;
            if (theirs[name] != (int)number)
            {
                differences.Add($"{name}: {number}, not {theirs[name]}");
            }
        }

        await Assert.That(differences).IsEmpty();
        await Assert.That(compared).IsGreaterThan(290);
    }

    [Test]
    public async Task Numbers_are_those_that_the_launcher_calls()
    {
        SystemCallTable table = new(Abi.X64);
        List<string> differences = [];
        foreach (SystemCall call in Enum.GetValues<SystemCall>())
        {
            if (!table.TryGetNumber(call.ToString(), out uint number) || number != (uint)call)
            {
                differences.Add($"{call}: {number}");
            }
        }

        await Assert.That(differences).IsEmpty();
    }
}
