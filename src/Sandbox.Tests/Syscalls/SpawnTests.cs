using Sandbox.Syscalls;

namespace Sandbox.Tests.Syscalls;

/// <summary>A program that cannot be started is a failure of that program, and not the end of this process.</summary>
public class SpawnTests
{
    /// <summary>Hooks have the environment that a config.json gives them, of any size: on the stack it would be more than the stack holds.</summary>
    [Test]
    public async Task Variables_without_number_are_refused_by_the_kernel()
    {
        string[] variables = new string[4 << 20];
        Array.Fill(variables, "");
        await Assert.That(Libc.SpawnProgram("/bin/true", ["true"], variables, 0, 1, 2)).IsEqualTo(-(int)Errno.E2BIG);
    }

    [Test]
    public async Task A_program_gets_its_words_and_its_variables()
    {
        int pid = Libc.SpawnProgram("/bin/sh", ["sh", "-c", "test \"$1$NAME\" = onetwo", "sh", "one"], ["NAME=two"], 0, 1, 2);
        await Assert.That(Libc.WaitFor(pid).ExitCode).IsEqualTo(0);
    }
}
