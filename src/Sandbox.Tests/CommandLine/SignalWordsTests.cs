using Sandbox.CommandLine;
using Sandbox.Tests.Commands;

namespace Sandbox.Tests.CommandLine;

/// <summary>Signals have the names that kill(1), docker and the makers of images give them.</summary>
public class SignalWordsTests
{
    [Test]
    [Arguments("TERM", 15)]
    [Arguments("sigterm", 15)]
    [Arguments("9", 9)]
    [Arguments("64", 64)]
    [Arguments("SIGIOT", 6)]
    [Arguments("CLD", 17)]
    [Arguments("POLL", 29)]
    [Arguments("RTMIN", 34)]
    [Arguments("SIGRTMIN+3", 37)]
    [Arguments("rtmax-1", 63)]
    [Arguments("RTMAX", 64)]
    public async Task A_signal_is_read(string word, int signal)
    {
        Parsed<int> parsed = SignalWords.Read(word);
        await Assert.That((parsed.Value, parsed.Why)).IsEqualTo((signal, null));
    }

    [Test]
    [Arguments("")]
    [Arguments("0")]
    [Arguments("65")]
    [Arguments("-1")]
    [Arguments("SIG")]
    [Arguments("RTMIN-1")]
    [Arguments("RTMIN+31")]
    [Arguments("RTMIN+")]
    [Arguments("RTMIN3")]
    [Arguments("RTMIN+2147483647")]
    [Arguments("RTMAX+1")]
    public async Task What_is_no_signal_is_refused(string word) => await Assert.That(SignalWords.Read(word).Why).IsNotNull();

    /// <summary>Images that hold systemd say SIGRTMIN+3.</summary>
    [Test]
    public async Task An_image_may_name_a_real_time_signal()
    {
        using ImageScene scene = await ImageScene.Create();
        await scene.Shell("umoci config --image oci:app --config.stopsignal SIGRTMIN+3");
        await scene.Good("run", "-d", "--userns", "single", "--name", "it", "--entrypoint", "", "oci:app", "--", "/bin/sh", "-c", "trap 'exit 37' 37; echo up; while :; do /bin/busybox sleep 0.05; done");
        await scene.Shell($"until {Repository.Executable} --root {scene.Store} logs it | grep -q up; do sleep 0.01; done");
        await scene.Good("stop", "it");
        await Assert.That(await scene.Good("wait", "it")).IsEqualTo("37\n");
        await scene.Good("rm", "it");
    }
}
