using Sandbox.CommandLine;
using Sandbox.Tests.Guarantees;

namespace Sandbox.Tests.Supervisor;

/// <summary>Each verb does its work, or says why not, whatever state a sandbox is in; none waits for what will not come.</summary>
[Category(Category.Root)]
public class VerbMatrixTests
{
    private const string Works = "^$", IsStarting = ": it is starting\n", IsRunning = ": it is running\n", IsPaused = ": it is paused\n",
        Ended = ": it has ended with 3\n", Crashed = ": its supervisor was killed\n", Gone = "^sandbox: cannot find sandbox ";

    /// <summary>Where sandbox may make no cgroup, or none with the controller, it says so.</summary>
    private const string WorksWithCgroup = "^$|it has no cgroup of its own", WorksWithController = WorksWithCgroup + "|^sandbox: cannot limit pids: ";

    private static readonly string[] _states = ["starting", "running", "paused", "exited", "crashed", "half-removed"];

    /// <summary>What each says on standard error, in each state.</summary>
    private static readonly (string Verb, string[] Answers)[] _verbs =
    [
        ("exec", [IsStarting, Works, IsPaused, Ended, Crashed, Gone]),
        ("logs", [Works, Works, Works, Works, Works, Gone]),
        ("stop", [Works, Works, Works, Works, Works, Gone]),
        ("kill", [IsStarting, Works, Works, Ended, Crashed, Gone]),
        ("pause", [IsStarting, WorksWithCgroup, IsPaused, Ended, Crashed, Gone]),
        ("resume", [IsStarting, ": it is not paused\n|it has no cgroup of its own", Works, Ended, Crashed, Gone]),
        ("update --pids-limit 50", [IsStarting, WorksWithController, WorksWithController, Ended, Crashed, Gone]),
        ("wait", [Works, Works, Works, Works, Works, Gone]),
        ("rm", [IsStarting, IsRunning, IsPaused, Works, Works, Gone]),
        ("rm -f", [Works, Works, Works, Works, Works, Works]),
        ("stats --no-stream --interval 0.1", [IsStarting, Works, Works, Ended, Crashed, Gone]),
        ("inspect", [Works, Works, Works, Works, Works, "^sandbox: cannot find '"]),
    ];

    public static IEnumerable<Func<(string Verb, string State, string Answer)>> Cells() =>
        from verb in _verbs
        from cell in _states.Zip(verb.Answers)
        select (Func<(string, string, string)>)(() => (verb.Verb, cell.First, cell.Second));

    [Test]
    [MethodDataSource(nameof(Cells))]
    public async Task It_works_or_says_why_not(string verb, string state, string answer)
    {
        await using Subject? subject = await Subject.Make(state);
        if (subject is null)
        {
            return;
        }

        string[] words = verb.Split(' '), command = verb == "exec" ? ["true"] : [];
        Task<CommandResult> doing = DetachedSandbox.Verb(words[0], [.. words[1..], subject.Name, .. command]);
        if (verb == "wait" && state is "starting" or "running" or "paused")
        {
            await DetachedSandbox.AwaitWaiter(subject.Name);
            await DetachedSandbox.Verb("rm", "-f", subject.Name);
        }

        CommandResult result = await doing;
        await Assert.That(result.Error).Matches(answer);
        await Assert.That(result.ExitCode).IsEqualTo(result.Error.Length == 0 ? 0 : 125);
    }

    [Test]
    [Arguments("starting", "Starting")]
    [Arguments("running", "Running")]
    [Arguments("paused", "Paused")]
    [Arguments("exited", "Exited")]
    [Arguments("crashed", "Crashed")]
    [Arguments("half-removed", null)]
    public async Task Ps_tells_the_state(string state, string? phase)
    {
        await using Subject? subject = await Subject.Make(state);
        if (subject is not null)
        {
            await Assert.That((await DetachedSandbox.Find(subject.Name))?.GetProperty("Phase").GetString()).IsEqualTo(phase);
            await Assert.That((await DetachedSandbox.Verb("ps", "-a", "--names")).Output.Split('\n').Contains(subject.Name)).IsEqualTo(phase is not null);
        }
    }

    [Test]
    public async Task Every_verb_on_sandboxes_is_there()
    {
        IEnumerable<string> verbs = Verbs.Shown.Where(verb => verb.Operand.Kind is ValueKind.Sandbox or ValueKind.RunningSandbox or ValueKind.SandboxOrImage).Select(verb => verb.Name);
        await Assert.That(_verbs.Select(verb => verb.Verb.Split(' ')[0]).Distinct()).IsEquivalentTo(verbs);
    }

    /// <summary>A sandbox in one of the states.</summary>
    private sealed class Subject(string name, Func<ValueTask> end) : IAsyncDisposable
    {
        public string Name => name;

        /// <summary>Makes one; null where none can be brought into that state here.</summary>
        public static async Task<Subject?> Make(string state)
        {
            if (state == "starting")
            {
                StartingSandbox starting = await StartingSandbox.Make();
                return new Subject(starting.Name, () =>
                {
                    starting.Dispose();
                    return default;
                });
            }

            DetachedSandbox sandbox = state switch
            {
                "crashed" => await DetachedSandbox.StartCrashed(),
                "exited" or "half-removed" => await DetachedSandbox.Start("exit 3"),
                _ => await DetachedSandbox.StartUp("while :; do sleep 0.01; done", "--stop-timeout", "0.1"),
            };
            if (state is "exited" or "half-removed")
            {
                await sandbox.Do("wait");
            }

            if (state == "half-removed")
            {
                // As 'rm' begins; whoever looks for what is left of killed ones may have removed it by now.
                Directory.Move(sandbox.Directory, Path.Combine(Path.GetDirectoryName(sandbox.Directory)!, ".gone-" + sandbox.Name));
            }

            if (state == "paused" && await sandbox.Do("pause") is { ExitCode: not 0 } refused)
            {
                await sandbox.DisposeAsync();
                return refused.Error.Contains("it has no cgroup of its own", StringComparison.Ordinal) ? null : throw new InvalidOperationException(refused.Error);
            }

            return new Subject(sandbox.Name, sandbox.DisposeAsync);
        }

        public ValueTask DisposeAsync() => end();
    }
}
