using Sandbox.Spec;

namespace Sandbox.Tests.Plan;

/// <summary>How a command joins a sandbox, as a program: the default one whole, in Listings/join.txt, and what others do otherwise.</summary>
public class JoinOrderTests
{
    [Test]
    public async Task The_default_command() => await LaunchOrderTests.Compare("join", Default());

    [Test]
    public async Task Another_user_with_groups() => await Differs(
        "join-user", PlanScene.ListJoin(PlanScene.Ranges, root: false, new ResolvedUser(7, 9, [9, 20], "/"), settings => settings));

    [Test]
    public async Task Roots_own_sandbox() => await Differs("join-root", PlanScene.ListJoin(PlanScene.Block, root: true, ResolvedUser.Root, settings => settings));

    [Test]
    public async Task A_sandbox_without_a_user_namespace() =>
        await Differs("join-userns-host", PlanScene.ListJoin(IdMaps.Host, root: true, ResolvedUser.Root, settings => settings));

    [Test]
    public async Task A_command_that_outlives_the_launcher() => await Differs(
        "join-detached", PlanScene.ListJoin(PlanScene.Single, root: false, ResolvedUser.Root, settings => settings with { Detached = true }));

    [Test]
    public async Task Without_no_new_privs_and_with_Landlock() => await Differs("join-privileges", PlanScene.ListJoin(
        PlanScene.Single, root: false, ResolvedUser.Root, settings => settings with { LandlockVersion = 6 }, "--read-only", "--security-opt", "no-new-privileges=false"));

    /// <summary>Whoever is inside would see the caller's secrets, or trace a process with more rights than it has.</summary>
    [Test]
    public async Task Rights_are_given_up_before_anybody_inside_can_see_the_process()
    {
        string[] lines = Default().Split('\n');
        int start = Array.FindIndex(lines, line => line.Contains("clone(", StringComparison.Ordinal));
        foreach (string before in (string[])["setns(<pid namespace>", "capset(", "PR_SET_NO_NEW_PRIVS", "PR_SET_DUMPABLE", "erase("])
        {
            await Assert.That(Array.FindLastIndex(lines, line => line.Contains(before, StringComparison.Ordinal))).IsBetween(0, start - 1).Because(before);
        }
    }

    /// <summary>
    /// Without a user namespace who is inside may trace it all the same (CAP_SYS_PTRACE): then it has nothing open that leads to the host, and
    /// what is written to its memory does not run outside.
    /// </summary>
    [Test]
    public async Task Nothing_of_the_launchers_is_left_to_who_traces()
    {
        string[] lines = PlanScene.ListJoin(IdMaps.Host, root: true, ResolvedUser.Root, settings => settings).Split('\n');
        int start = Array.FindIndex(lines, line => line.Contains("clone(CLONE_VFORK|SIGCHLD)", StringComparison.Ordinal));
        await Assert.That(Array.FindIndex(lines, line => line.Contains("close all but", StringComparison.Ordinal))).IsBetween(0, start);
    }

    private static string Default() => PlanScene.ListJoin(PlanScene.Single, root: false, ResolvedUser.Root, settings => settings);

    private static Task Differs(string name, string listing) => LaunchOrderTests.Compare(name, ListingDifference.Between(Default(), listing));
}
