using System.Text;
using Sandbox.Seccomp;

namespace Sandbox.Tests.Seccomp;

/// <summary>A rule for a socket or IPC call holds behind i386's multiplexers too, as libseccomp has it.</summary>
public class MultiplexerTests
{
    [Test]
    public async Task Both_doors_to_a_call_have_the_same_lock()
    {
        const string json =
            """
            {
              "defaultAction": "SCMP_ACT_ERRNO", "architectures": ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32"],
              "syscalls": [
                {"names": ["socket"], "action": "SCMP_ACT_ALLOW", "args": [{"index": 0, "value": 12, "op": "SCMP_CMP_LT"}]},
                {"names": ["bind", "recv", "accept", "sendmmsg"], "action": "SCMP_ACT_ALLOW"},
                {"names": ["listen"], "action": "SCMP_ACT_KILL"},
                {"names": ["shmget", "semop", "msgctl"], "action": "SCMP_ACT_TRAP"}
              ]
            }
            """;
        SeccompProfile profile = ProfileReader.Read(Encoding.UTF8.GetBytes(json), "p.json", Abi.X64);
        FilterContext context = new(Abi.X64, 0, new KernelVersion(6, 18));
        LibSeccompProgram theirs = (await LibSeccomp.Compile([new LibSeccompRequest(json, [], "6.18")]))[0];
        VerdictComparison comparison = new(profile, context, FilterCompiler.Compile(profile, context).Program.ToArray(), theirs);
        await Assert.That(comparison.Run(new Random(8))).IsEmpty();
    }
}
