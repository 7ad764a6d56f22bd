using Sandbox.Seccomp;
using Sandbox.Syscalls;

namespace Sandbox.Tests.Seccomp;

/// <summary>What is explained to a user is what the loaded program does.</summary>
public class ExplanationTests
{
    private static readonly FilterContext Context = new(Abi.X64, DefaultFilter.DecidingDefaults, DefaultFilter.OldestKernel);

    [Test]
    public async Task An_explanation_and_the_program_agree_on_every_call()
    {
        List<string> differences = [];
        SeccompProfile profile = DefaultProfile.Create();
        ulong[] arguments = [38, 0x5412, 0, 0, 0, 0];
        foreach (string name in new SystemCallTable(Abi.X64).Names.Values.Concat(new SystemCallTable(Abi.I386).Names.Values).Append("500"))
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
