using System.Runtime.InteropServices;
using Sandbox.Plan;
using Sandbox.Seccomp;
using Sandbox.Spec;

namespace Sandbox.Tests.Plan;

/// <summary>
/// Launches as programs: the default one whole, in Listings/default.txt, and of every other what it does otherwise. A
/// change of the order shows here as a changed file, to be read line by line before it is taken.
/// </summary>
public class LaunchOrderTests
{
    private const string TakeChanges = "SANDBOX_TAKE_LISTINGS";

    [Test]
    public async Task The_default_launch() => await Compare("default", PlanScene.List());

    [Test]
    [Arguments("read-only", "--read-only")]
    [Arguments("tmpfs", "--tmpfs /t:size=1m")]
    [Arguments("volumes", "-v /data:/v -v ./here:/v/r:ro")]
    [Arguments("network-host", "--network host")]
    [Arguments("working-directory", "-w /work/here")]
    [Arguments("hostname", "--hostname box")]
    [Arguments("terminal", "-t")]
    [Arguments("init-false", "--init=false")]
    [Arguments("descriptors", "--preserve-fd 5 --notify")]
    public async Task An_option(string name, string words) => await CompareWithDefault(name, PlanScene.List(words.Split(' ')));

    [Test]
    public async Task Ranges_of_ids() => await CompareWithDefault("ranges", PlanScene.List(PlanScene.Ranges, root: false, ResolvedUser.Root, settings => settings));

    /// <summary>The limit on user namespaces lies in one around the command's.</summary>
    [Test]
    public async Task One_user_namespace_around_another()
    {
        string[] words = ["--cap-add", "SYS_RESOURCE"];
        await CompareWithDefault("outer-single", PlanScene.List(words));
        await CompareWithDefault("outer-ranges", PlanScene.List(PlanScene.Ranges, root: false, ResolvedUser.Root, settings => settings with { Cgroup = CgroupEntry.Moved }, words));
        await CompareWithDefault("outer-root", PlanScene.List(PlanScene.Block, root: true, ResolvedUser.Root, settings => settings, words));
    }

    /// <summary>All that such a child makes of its own accord is used: a default that changes here must change there.</summary>
    [Test]
    public async Task A_child_that_was_there_before_the_program()
    {
        byte[] memory = GC.AllocateArray<byte>(1 << 20, pinned: true);
        await CompareWithDefault("early-child", PlanScene.List(
            PlanScene.Single, root: false, ResolvedUser.Root, settings => settings with { Memory = (Marshal.UnsafeAddrOfPinnedArrayElement(memory, 0), memory.Length) }));
        GC.KeepAlive(memory);
    }

    [Test]
    public async Task Another_user_with_groups() =>
        await CompareWithDefault("user", PlanScene.List(PlanScene.Ranges, root: false, new ResolvedUser(7, 9, [9, 20], "/"), settings => settings));

    [Test]
    public async Task Root_with_mapped_layers() => await CompareWithDefault("root", PlanScene.List(PlanScene.Block, root: true, ResolvedUser.Root, settings => settings));

    [Test]
    public async Task Root_without_a_user_namespace() => await CompareWithDefault("userns-host", PlanScene.List(IdMaps.Host, root: true, ResolvedUser.Root, settings => settings));

    /// <summary>The command may trace PID 1 there.</summary>
    [Test]
    public async Task Root_without_a_user_namespace_who_may_trace() => await CompareWithDefault(
        "userns-host-traced", PlanScene.List(IdMaps.Host, root: true, ResolvedUser.Root, settings => settings, "--userns", "host", "--cap-add", "SYS_PTRACE"));

    [Test]
    public async Task A_scratch_directory_on_disk() => await CompareWithDefault(
        "scratch-disk", PlanScene.List(PlanScene.Single, root: false, ResolvedUser.Root, settings => settings with { ScratchDirectory = "scratch/1" }));

    [Test]
    public async Task A_size_for_changes() => await CompareWithDefault(
        "scratch-size", PlanScene.List(PlanScene.Single, root: false, ResolvedUser.Root, settings => settings with { ScratchSize = 8 << 20 }));

    [Test]
    [Arguments("cgroup", CgroupEntry.Cloned, false)]
    [Arguments("cgroup-moved", CgroupEntry.Moved, false)]
    [Arguments("cgroup-delegated", CgroupEntry.Cloned, true)]
    [Arguments("cgroup-moved-delegated", CgroupEntry.Moved, true)]
    internal async Task A_cgroup_of_its_own(string name, CgroupEntry entry, bool delegated) => await CompareWithDefault(
        name, PlanScene.List(PlanScene.Single, root: false, ResolvedUser.Root, settings => settings with { Cgroup = entry, DelegatesCgroup = delegated }));

    [Test]
    public async Task A_launch_that_is_measured() => await CompareWithDefault(
        "measured", PlanScene.List(PlanScene.Single, root: false, ResolvedUser.Root, settings => settings with { Measures = true }));

    [Test]
    public async Task A_kernel_with_Landlock() => await CompareWithDefault(
        "landlock", PlanScene.List(PlanScene.Single, root: false, ResolvedUser.Root, settings => settings with { LandlockVersion = 6 }, "--read-only", "-v", "/data:/v"));

    /// <summary>On an older one it would be the machine's own limit.</summary>
    [Test]
    [Arguments(6, 13, "", false)]
    [Arguments(6, 14, "", true)]
    [Arguments(6, 14, "--nested", false)]
    [Arguments(6, 14, "--ulimit nproc=20000", false)]
    [Arguments(6, 14, "--pids-limit -1", false)]
    public async Task A_kernel_that_bounds_the_processes_of_all_ids(int major, int minor, string options, bool does)
    {
        string[] words = options.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Func<LaunchSettings, LaunchSettings> kernel = settings => settings with { Kernel = new KernelVersion(major, minor) };
        await Assert.That(PlanScene.List(PlanScene.Ranges, root: false, ResolvedUser.Root, kernel, words).Contains("kernel/pid_max", StringComparison.Ordinal)).IsEqualTo(does);
        await Assert.That(PlanScene.List(PlanScene.Single, root: false, ResolvedUser.Root, kernel, words)).DoesNotContain("pid_max");
    }

    [Test]
    public async Task A_root_directory_for_an_image() => await CompareWithDefault(
        "root-directory", PlanScene.List(PlanScene.Single, root: false, ResolvedUser.Root, settings => settings with { Layers = [], RootDirectory = "/tree" }));

    [Test]
    public async Task A_detached_sandbox() => await CompareWithDefault(
        "detached", PlanScene.List(PlanScene.Single, root: false, ResolvedUser.Root, settings => settings with { SendsNamespaces = true, RelaysOutput = true }));

    [Test]
    public async Task The_same_words_give_the_same_program() => await Assert.That(PlanScene.List("-e", "A=b")).IsEqualTo(PlanScene.List("-e", "A=b"));

    [Test]
    public async Task What_a_variable_holds_is_not_listed() => await Assert.That(PlanScene.List("-e", "SECRET=hidden")).DoesNotContain("hidden");

    private static Task CompareWithDefault(string name, string listing) => Compare(name, ListingDifference.Between(PlanScene.List(), listing));

    internal static async Task Compare(string name, string actual)
    {
        string file = Repository.In("src", "Sandbox.Tests", "Plan", "Listings", name + ".txt");
        if (Environment.GetEnvironmentVariable(TakeChanges) == "1")
        {
            await File.WriteAllTextAsync(file, actual);
        }

        await Assert.That(actual).IsEqualTo(await File.ReadAllTextAsync(file)).Because($"with {TakeChanges}=1 the test takes the new listing into {name}.txt");
    }
}
