using System.Text.Json.Nodes;
using Sandbox.Tests.Oci;

namespace Sandbox.Tests.Escapes;

/// <summary>
/// Without a user namespace, who has CAP_SYS_PTRACE inside may trace every process that he sees, sandbox's own too: what one
/// that joins or waits had open led to the host's files (the kind of CVE-2016-9962 and CVE-2024-21626).
/// </summary>
[Category(Category.OnlyRoot)]
public class TracedLaunchTests
{
    /// <summary>The host's directories, or the pipe by which it tells how far it is: who waited for its end would wait for ever, and another's number could be told.</summary>
    [Test]
    [Arguments("take_descriptors_until_told")]
    [Arguments("lie_until_told")]
    public async Task Taking_the_descriptors_of_who_joins(string attack)
    {
        using OciScene scene = await Make("/attack", attack);
        await scene.Must("run", "--detach", "one");
        const int often = 40;
        for (int i = 0; i < often && await scene.Status() == "running"; i++)
        {
            string file = scene.Work.In("pid");
            await scene.Do("exec", "--pid-file", file, "one", "true");
            if (File.Exists(file))
            {
                await Assert.That(await File.ReadAllTextAsync(file)).IsNotEqualTo("1");
            }
        }

        await File.WriteAllTextAsync(Path.Combine(scene.Bundle, "rootfs", "told"), "");
        await scene.AwaitStop();
        await Assert.That(await File.ReadAllTextAsync(scene.Output)).IsEqualTo("ENODATA\n");
    }

    [Test]
    public async Task Taking_the_descriptors_of_who_waits_for_its_start()
    {
        using OciScene scene = await Make("sleep", "1000");
        await scene.Must("run", "--detach", "one");
        Enter(scene, (int)(await scene.State())["pid"]!);
        await scene.Must("create", "two");
        CommandResult result = await scene.Do("exec", "one", "/attack", "take_descriptors");
        await Assert.That((result.Output, result.Error)).IsEqualTo(("ENODATA\n", ""));
    }

    /// <summary>A container that enters a PID namespace is set up with all rights of the host's, and there its processes saw that.</summary>
    [Test]
    [Arguments(true)]
    [Arguments(false)]
    public async Task Tracing_who_is_set_up_in_its_PID_namespace(bool noNewPrivileges)
    {
        using OciScene scene = await Make("/attack", "trace_until_told");
        await scene.Must("run", "--detach", "one");
        Enter(scene, (int)(await scene.State())["pid"]!);
        scene.Process["noNewPrivileges"] = noNewPrivileges;
        const int often = 20;
        for (int i = 0; i < often && await scene.Status() == "running"; i++)
        {
            await scene.Leave("create", "two");
            await scene.Do("delete", "--force", "two");
        }

        await File.WriteAllTextAsync(Path.Combine(scene.Bundle, "rootfs", "told"), "");
        await scene.AwaitStop();
        await Assert.That(await File.ReadAllTextAsync(scene.Output)).IsEqualTo("ENODATA\n");
    }

    [Test]
    public async Task Taking_the_descriptors_of_PID_1_before_it_closes_them()
    {
        // With all capabilities Landlock is off, which would keep a process outside of its domain.
        const int often = 20;
        for (int i = 0; i < often; i++)
        {
            await Attack.IsStopped("take_descriptors", "ENODATA", Attack.Host);
        }
    }

    /// <summary>What is made from here on is in the PID namespace of a process.</summary>
    private static void Enter(OciScene scene, int process)
    {
        foreach (JsonNode? space in scene.Config["linux"]!["namespaces"]!.AsArray())
        {
            if ((string)space!["type"]! == "pid")
            {
                space["path"] = $"/proc/{process}/ns/pid";
            }
        }
    }

    [Test]
    public async Task Tracing_PID_1_before_it_gives_up_its_rights()
    {
        const int often = 20;
        for (int i = 0; i < often; i++)
        {
            await Attack.IsStopped("trace_init_at_once", "ENODATA", [.. Attack.Host, "--cap-drop", "MKNOD"]);
        }
    }

    private static async Task<OciScene> Make(params string[] command)
    {
        OciScene scene = await OciScene.Make(command);
        File.Copy(await Attack.Program(), Path.Combine(scene.Bundle, "rootfs", "attack"));
        foreach ((_, JsonNode? set) in scene.Process["capabilities"]!.AsObject())
        {
            set!.AsArray().Add("CAP_SYS_PTRACE");
        }

        return scene;
    }
}
