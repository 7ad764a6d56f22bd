using System.Text.Json.Nodes;

namespace Sandbox.Tests.Oci.Specification;

/// <summary>config-linux.md, Sysctl, Rootfs Mount Propagation, Masked Paths, Readonly Paths, Mount Label, Personality and Memory policy.</summary>
[Category(Category.Root)]
public class LinuxKernelTests
{
    /// <summary>config-linux.md, Masked Paths: a file and a directory cannot be read, and what is not there is no error.</summary>
    [Test]
    public async Task What_is_masked_cannot_be_read()
    {
        using OciScene scene = await OciScene.Make("sh", "-c", "cat /etc/os-release; ls -A /usr; touch /usr/x; exit 0");
        scene.Config["linux"]!["maskedPaths"] = new JsonArray("/etc/os-release", "/usr", "/no/such");
        CommandResult result = await scene.Do("run", "one");
        await Assert.That((result.ExitCode, result.Output)).IsEqualTo((0, "")).Because(result.Error);
        await Assert.That(File.Exists(Path.Combine(scene.Bundle, "rootfs", "usr", "x"))).IsFalse();
    }

    /// <summary>config-linux.md, Masked Paths: engines list one for each processor, and a usual process may have a thousand files open.</summary>
    [Test]
    public async Task A_thousand_paths_are_masked_with_few_files_open()
    {
        using OciScene scene = await OciScene.Make("sh", "-c", "ls -A /secret | wc -l; ls -A /secret/*");
        await scene.Work.Shell("cd bundle/rootfs && mkdir secret && seq -f secret/%g 1000 | xargs mkdir && touch secret/1/file secret/1000/file");
        scene.Config["linux"]!["maskedPaths"] = new JsonArray([.. Enumerable.Range(1, 1000).Select(number => JsonValue.Create($"/secret/{number}"))]);
        await scene.Save();
        CommandResult result = await Command.Run(
            "bash", ["-c", "ulimit -S -n 256; exec \"$@\"", "bash", Repository.Executable, "oci", "--root", scene.Root, "run", "--bundle", scene.Bundle, "one"]);
        await Assert.That(result.Error).IsEqualTo("");
        await Assert.That(result.Output).StartsWith("1000\n").And.DoesNotContain("file");
    }

    /// <summary>config-linux.md, Readonly Paths: what they name can be read and not written.</summary>
    [Test]
    public async Task What_is_read_only_cannot_be_written()
    {
        using OciScene scene = await OciScene.Make("sh", "-c", "cat /etc/os-release >/dev/null && echo read; echo x >>/etc/os-release; touch /usr/x; exit 0");
        scene.Config["linux"]!["readonlyPaths"] = new JsonArray("/etc/os-release", "/usr", "/no/such");
        CommandResult result = await scene.Do("run", "one");
        await Assert.That(result.Output).IsEqualTo("read\n").Because(result.Error);
        await Assert.That(result.Error.Split("Read-only file system").Length).IsEqualTo(3);
    }

    /// <summary>config-linux.md, Masked Paths and Readonly Paths: a path is what it leads to, where the image has a link on the way.</summary>
    [Test]
    public async Task What_a_link_leads_to_is_masked_and_read_only()
    {
        using OciScene scene = await OciScene.Make("sh", "-c", "ls -A /secret /hidden; echo x >>/etc/os-release; touch /usr/x; exit 0");
        await scene.Work.Shell("cd bundle/rootfs && mkdir secret && touch secret/file && ln -s ../../secret hidden && ln -s /etc/os-release release && ln -s usr system");
        scene.Config["linux"]!["maskedPaths"] = new JsonArray("/hidden");
        scene.Config["linux"]!["readonlyPaths"] = new JsonArray("/release", "/system");
        CommandResult result = await scene.Do("run", "one");
        await Assert.That(result.Output).IsEqualTo("/hidden:\n\n/secret:\n").Because(result.Error);
        await Assert.That(result.Error.Split("Read-only file system").Length).IsEqualTo(3);
    }

    /// <summary>config-linux.md, Readonly Paths: the root directory is a path as well.</summary>
    [Test]
    public async Task The_root_directory_may_be_read_only()
    {
        using OciScene scene = await OciScene.Make("sh", "-c", "touch /x; touch /tmp/y");
        scene.Config["linux"]!["readonlyPaths"] = new JsonArray("/");
        CommandResult result = await scene.Do("run", "one");
        await Assert.That(result.Error.Split("Read-only file system").Length).IsEqualTo(3);
        await Assert.That(File.Exists(Path.Combine(scene.Bundle, "rootfs", "x"))).IsFalse();
    }

    /// <summary>config-linux.md, Sysctl: a name that begins as one of a namespace's does not lead to a setting of the machine's.</summary>
    [Test]
    public async Task A_setting_of_the_machine_is_not_reached_by_another_name()
    {
        using OciScene scene = await OciScene.Make("true");
        string own = await File.ReadAllTextAsync("/proc/sys/vm/swappiness");
        scene.Config["linux"]!["sysctl"] = new JsonObject { ["net/../vm/swappiness"] = own == "1\n" ? "2" : "1" };
        CommandResult result = await scene.Do("run", "one");
        await Assert.That(result.ExitCode).IsNotEqualTo(0);
        await Assert.That(await File.ReadAllTextAsync("/proc/sys/vm/swappiness")).IsEqualTo(own).Because("a setting of the machine was changed");
    }

    /// <summary>config-linux.md, Sysctl: what is set holds inside, and nowhere else.</summary>
    [Test]
    public async Task A_setting_holds_inside_alone()
    {
        using OciScene scene = await OciScene.Make("cat", "/proc/sys/kernel/shm_rmid_forced");
        string own = await File.ReadAllTextAsync("/proc/sys/kernel/shm_rmid_forced");
        scene.Config["linux"]!["sysctl"] = new JsonObject { ["kernel.shm_rmid_forced"] = own == "1\n" ? "0" : "1" };
        CommandResult result = await scene.Do("run", "one");
        await Assert.That(result.Output).IsEqualTo(own == "1\n" ? "0\n" : "1\n").Because(result.Error);
        await Assert.That(await File.ReadAllTextAsync("/proc/sys/kernel/shm_rmid_forced")).IsEqualTo(own);
    }

    /// <summary>config-linux.md, Rootfs Mount Propagation: the root mount is of the kind that is asked for.</summary>
    [Test]
    [Arguments("shared", " shared:")]
    [Arguments("private", " ")]
    [Arguments("unbindable", " unbindable ")]
    public async Task The_root_mount_propagates_as_asked(string propagation, string mark)
    {
        using OciScene scene = await OciScene.Make("grep", " / / \\|rootfs / ", "/proc/self/mountinfo");
        scene.Config["linux"]!["rootfsPropagation"] = propagation;
        CommandResult result = await scene.Do("run", "one");
        await Assert.That(result.Output).Contains(mark).Because(result.Error);
        await Assert.That(result.Output.Contains("shared:", StringComparison.Ordinal)).IsEqualTo(propagation == "shared");
        await Assert.That(result.Output.Contains("unbindable", StringComparison.Ordinal)).IsEqualTo(propagation == "unbindable");
    }

    /// <summary>The same, seen by what is mounted later: in the root file system from outside, and who may copy the root's mount inside.</summary>
    [Test]
    [Category(Category.OnlyRoot)]
    [Arguments("slave", "1 bound")]
    [Arguments("rslave", "1 bound")]
    [Arguments("shared", "1 bound")]
    [Arguments("private", "0 bound")]
    [Arguments("unbindable", "0 refused")]
    [Arguments(null, "0 bound")]
    public async Task What_is_mounted_later_spreads_as_asked(string? propagation, string seen)
    {
        using OciScene scene = await OciScene.Make("sleep", "1000");
        scene.Work.Make("bundle/rootfs/later");
        scene.Work.Make("bundle/rootfs/copy");
        scene.Config["linux"]!["rootfsPropagation"] = propagation;
        await File.WriteAllTextAsync(Path.Combine(scene.Bundle, "config.json"), scene.Config.ToJsonString());

        // In a mount namespace where the scene's files are a mount that is shared, with nobody outside.
        const string script =
            """
            mount --bind . . && mount --make-shared . && cd bundle
            "$@" run --detach one </dev/null >../said 2>&1 || cat ../said >&2
            mount -t tmpfs tmpfs rootfs/later
            "$@" exec one grep -c ' /later ' /proc/mounts || true
            "$@" exec --cap CAP_SYS_ADMIN one mount --bind / /copy 2>/dev/null && echo bound || echo refused
            "$@" exec --cap CAP_SYS_ADMIN one mount -t tmpfs tmpfs /tmp
            grep " $PWD/rootfs/tmp " /proc/self/mountinfo || true
            """;
        CommandResult result = await Command.Run("unshare", ["--mount", "sh", "-ec", script, "sh", Repository.Executable, "oci", "--root", scene.Root], directory: scene.Work.Path);
        await Assert.That(result.Output).IsEqualTo(seen.Replace(' ', '\n') + "\n").Because(result.Error);
    }

    /// <summary>config-linux.md, Mount Label: a label that no policy knows, or no kernel, is an error.</summary>
    [Test]
    public async Task A_label_that_cannot_be_had_is_an_error()
    {
        using OciScene scene = await OciScene.Make("true");
        scene.Config["linux"]!["mountLabel"] = "system_u:object_r:no_such_type_t:s0";
        await Assert.That((await scene.Do("run", "one")).ExitCode).IsNotEqualTo(0);
    }

    /// <summary>config-linux.md, Personality: LINUX32 is a machine of 32 bits to whoever asks.</summary>
    [Test]
    public async Task The_personality_is_the_one_asked_for()
    {
        using OciScene scene = await OciScene.Make("uname", "-m");
        scene.Config["linux"]!["personality"] = new JsonObject { ["domain"] = "LINUX32" };
        CommandResult result = await scene.Do("run", "one");
        await Assert.That(result.Output).IsEqualTo("i686\n").Because(result.Error);
    }

    /// <summary>config-linux.md, Memory policy: the process's memory is from where it says.</summary>
    [Test]
    public async Task Memory_comes_from_where_the_policy_says()
    {
        using OciScene scene = await OciScene.Make("sh", "-c", "grep -q ' bind:0 ' /proc/self/numa_maps && echo bound");
        scene.Config["linux"]!["memoryPolicy"] = new JsonObject { ["mode"] = "MPOL_BIND", ["nodes"] = "0" };
        CommandResult result = await scene.Do("run", "one");
        await Assert.That(result.Output).IsEqualTo("bound\n").Because(result.Error);
    }
}
