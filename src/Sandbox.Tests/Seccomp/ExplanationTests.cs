using Sandbox.Seccomp;
using Sandbox.Syscalls;

namespace Sandbox.Tests.Seccomp;

/// <summary>What is explained to a user is what the loaded program does.</summary>
public class ExplanationTests
{
    /// <summary>Between the tables and at their ends, with the bit of x32 and without.</summary>
    private static readonly string[] Numbers = ["500", "1073741823", "1073741824", "1073742096", "1073742600", "2147483648", "4294967295"];

    private static readonly FilterContext Context = new(Abi.X64, DefaultFilter.DecidingDefaults, DefaultFilter.OldestKernel);

    [Test]
    public async Task An_explanation_and_the_program_agree_on_every_call()
    {
        List<string> differences = [];
        SeccompProfile profile = DefaultProfile.Create();
        ulong[] arguments = [38, 0x5412, 0, 0, 0, 0];
        foreach (string name in new SystemCallTable(Abi.X64).Names.Values.Concat(new SystemCallTable(Abi.I386).Names.Values).Concat(Numbers))
        {
            foreach (Explanation explanation in Explanation.Of(profile, Context, name, arguments))
            {
                if (explanation.Number is { } number && BpfMachine.Run(
                    PrecompiledFilters.WithDefaultCapabilities, explanation.Abi.AuditArchitecture(), number, arguments).Verdict != explanation.Action)
                {
                    differences.Add($"{explanation}");
                }
            }
        }

        await Assert.That(differences).IsEmpty();
    }

    /// <summary>A number is the one that the kernel gets: with the bit of x32 it is that ABI's alone.</summary>
    [Test]
    public async Task A_call_of_x32_is_none_of_x86_64()
    {
        new SystemCallTable(Abi.X32).TryGetNumber("unshare", out uint number);
        IReadOnlyList<Explanation> explanations = Explanation.Of(DefaultProfile.Create(), Context, $"{number}", []);
        await Assert.That(explanations.Select(explanation => explanation.Abi).SequenceEqual([Abi.I386, Abi.X32])).IsTrue();
        await Assert.That((explanations[1].Number, explanations[1].Action)).IsEqualTo((number, SeccompAction.Fail(Errno.EPERM)));
    }

    [Test]
    [Arguments("sokcet", "sandbox: cannot explain sokcet: no system call has this name\nhint: the nearest is socket\n")]
    [Arguments("-1", "sandbox: cannot explain -1: no system call has this name\n")]
    public async Task A_name_that_no_call_has_is_an_error(string name, string error)
    {
        CommandResult result = await Command.Sandbox("seccomp", "default", "--explain", name);
        await Assert.That((result.ExitCode, result.Output, result.Error)).IsEqualTo((125, "", error));
    }

    [Test]
    [Arguments("read", 0, "a rule names the call, whatever its arguments")]
    [Arguments("bpf", 0, "no rule names the call, or the rule has the default action")]
    [Arguments("socket", 38, "no condition of a rule for the call holds")]
    [Arguments("socket", 2, "because arg0 < 0xc")]
    [Arguments("500", 0, "no table has the call, or it is newer than all that the profile names")]
    [Arguments("socketcall", 0, "the ABI has no such call")]
    public async Task The_reason_is_given(string call, long argument, string reason)
    {
        Explanation native = Explanation.Of(DefaultProfile.Create(), Context, call, [(ulong)argument])[0];
        await Assert.That(native.Reason).IsEqualTo(reason);
    }

    [Test]
    public async Task A_program_is_printed_line_by_line()
    {
        string text = Disassembler.Print(PrecompiledFilters.Init);
        await Assert.That(text).StartsWith("   0: load architecture\n   1: if == 0xc000003e goto 2 else ");
        await Assert.That(text).Contains("return SCMP_ACT_ERRNO(EPERM)\n");
        await Assert.That(text.Split('\n').Length - 1).IsEqualTo(PrecompiledFilters.Init.Length);
    }
}
