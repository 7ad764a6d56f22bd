using Sandbox.CommandLine;
using Sandbox.Spec;
using Sandbox.Syscalls;

namespace Sandbox.Tests.Spec;

/// <summary>Capabilities are those that docker's and Podman's options would give.</summary>
public class RunCapabilitiesTests
{
    private const ulong Default = 0x800405FB, All = 0x1FF_FFFF_FFFF;

    [Test]
    [Arguments("", Default)]
    [Arguments("--cap-drop ALL", 0UL)]
    [Arguments("--cap-drop kill --cap-drop CAP_CHOWN", Default & ~0x21UL)]
    [Arguments("--cap-add NET_RAW", Default | 0x2000UL)]
    [Arguments("--cap-drop ALL --cap-add chown", 1UL)]
    [Arguments("--cap-drop ALL --cap-add CAP_NET_RAW,chown", 0x2001UL)]
    [Arguments("--cap-drop CHOWN,FOWNER --cap-add CHOWN", Default & ~8UL)]
    [Arguments("--cap-drop CHOWN --cap-add CHOWN", Default)]
    [Arguments("--cap-add ALL", All)]
    [Arguments("--cap-add ALL --cap-add CHOWN --cap-drop CHOWN", All & ~1UL)]
    public async Task Root_has_what_docker_would_give(string words, ulong expected) =>
        await Assert.That(RunCapabilities.Of(0, Options(words))).IsEqualTo(new CapabilitySets(expected, expected, expected, Inheritable: 0, Ambient: 0));

    [Test]
    [Arguments("", 0UL)]
    [Arguments("--cap-drop CHOWN", 0UL)]
    [Arguments("--cap-add NET_RAW --cap-add CHOWN", 0x2001UL)]
    [Arguments("--cap-add ALL --cap-drop CHOWN", All & ~1UL)]
    public async Task Another_user_has_what_was_added_and_nothing_else(string words, ulong expected) =>
        await Assert.That(RunCapabilities.Of(1000, Options(words))).IsEqualTo(new CapabilitySets(expected, expected, expected, expected, expected));

    [Test]
    public async Task A_set_user_id_program_gets_no_more_than_root_has()
    {
        CapabilitySets sets = RunCapabilities.Of(1000, Options("--security-opt no-new-privileges=false --cap-drop KILL"));
        await Assert.That(sets).IsEqualTo(CapabilitySets.None with { Bounding = Default & ~0x20UL });
    }

    [Test]
    public async Task Every_capability_has_its_kernel_name()
    {
        foreach (Capability capability in Enum.GetValues<Capability>())
        {
            await Assert.That(CapabilityWords.Read(capability.ToString()).Value).IsEqualTo(1UL << (int)capability);
        }
    }

    private static RunOptions Options(string words) =>
        (RunOptions)Sandbox.CommandLine.Arguments.Read(["run", .. words.Split(' ', StringSplitOptions.RemoveEmptyEntries), "image"]);
}
