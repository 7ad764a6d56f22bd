using Sandbox.CommandLine;

namespace Sandbox.Tests.CommandLine;

/// <summary>A command line means what docker's users expect, or is refused with the word that was wrong.</summary>
public class ArgumentsTests
{
    [Test]
    [Arguments("rnu", "did you mean run?")]
    [Arguments("hlep", "did you mean help?")]
    [Arguments("comp", "did you mean completion?")]
    [Arguments("", "'sandbox help' explains them")]
    [Arguments("dockerize", "'sandbox help' explains them")]
    [Arguments("unpause", "did you mean resume?")]
    [Arguments("restart", "'sandbox stop' ends one and 'sandbox run' makes a new one; start is for the units of a machine whose init is sandbox")]
    [Arguments("rename", "a sandbox has the name that --name of 'sandbox run' gave it")]
    [Arguments("delete", "did you mean rm?")]
    [Arguments("shell", "'sandbox exec -it NAME /bin/sh' goes in")]
    [Arguments("man", "'sandbox help --man | man -l -' shows the manual")]
    [Arguments("top", "'sandbox stats' shows what they use, 'sandbox exec NAME ps' what runs in one")]
    [Arguments("./debian.tar", "did you mean 'sandbox run ./debian.tar'?")]
    [Arguments("copy-to", "'sandbox run -v SRC:DST' shows a directory of the host, 'sandbox exec NAME cat FILE' reads a file")]
    [Arguments("pull", "no registry is asked: 'skopeo copy docker://NAME oci-archive:FILE' fetches an image, 'sandbox load FILE' keeps it")]
    public async Task A_word_that_is_no_command_is_refused_with_all_that_are(string word, string hint) =>
        await Assert.That(Arguments.Read([word])).IsEqualTo(new Refusal($"unknown command '{word}'", "allowed are run, ps, exec, logs, stop, start, kill, pause, resume, update, wait, rm, stats, load, images, inspect, tag, rmi, prune, save, bundle, verify, check, seccomp, oci, machine, poweroff, reboot, halt, help, completion", hint));

    [Test]
    public async Task No_word_at_all_is_refused() =>
        await Assert.That(Arguments.Read([])).IsEqualTo(new Refusal("missing command", "allowed are run, ps, exec, logs, stop, start, kill, pause, resume, update, wait, rm, stats, load, images, inspect, tag, rmi, prune, save, bundle, verify, check, seccomp, oci, machine, poweroff, reboot, halt, help, completion", "'sandbox help' explains them"));

    [Test]
    [Arguments("--hostnam", "did you mean --hostname? 'sandbox run --help' lists what is allowed")]
    [Arguments("--vol", "did you mean --volume? 'sandbox run --help' lists what is allowed")]
    [Arguments("--readonly", "did you mean --read-only? 'sandbox run --help' lists what is allowed")]
    [Arguments("--privileged", "--cap-add, --device and --nested of 'sandbox run' open one thing each; 'sandbox run --help' lists what is allowed")]
    [Arguments("-p", "no port is published: --network host has those of the host; 'sandbox run --help' lists what is allowed")]
    [Arguments("--chdir", "did you mean --workdir? 'sandbox run --help' lists what is allowed")]
    [Arguments("--restart", "a unit of systemd with Restart=, or one of a machine whose init is sandbox, starts again what ended; 'sandbox run --help' lists what is allowed")]
    [Arguments("--devic", "did you mean --device? 'sandbox run --help' lists what is allowed")]
    [Arguments("--xyzzy", "'sandbox run --help' lists what is allowed")]
    public async Task An_option_that_run_does_not_have_is_refused_with_a_guess_and_where_all_are(string word, string hint)
    {
        Refusal refusal = (Refusal)Arguments.Read(["run", word, "image"]);
        await Assert.That(refusal.What).IsEqualTo($"unknown option {word}");
        await Assert.That(refusal.Why).IsEqualTo("'sandbox run' has no such option");
        await Assert.That(refusal.Hint).IsEqualTo(hint);
    }

    [Test]
    [Arguments("did you mean --help? ", "-h")]
    [Arguments("did you mean --version? ", "-v")]
    [Arguments("did you mean --help? ", "ps", "-h")]
    [Arguments("write -s 9; ", "kill", "-9", "web")]
    [Arguments("write the file alone: sandbox load FILE; ", "load", "-i", "app.tar")]
    [Arguments("nothing is asked back, leave it out; ", "prune", "-f")]
    [Arguments("that is so anyway, leave it out; ", "run", "--private-network", "image")]
    [Arguments("a directory is run as it is: write it as IMAGE; ", "run", "-D", ".", "true")]
    [Arguments("did you mean --boot? ", "run", "--systemd=true", "image")]
    [Arguments("did you mean --cpu-weight? ", "run", "-c", "512", "image")]
    [Arguments("--device shows a device of the host, -v the libraries that it takes; ", "run", "--gpus", "all", "image")]
    [Arguments("-v FILE:/etc/hosts:ro shows a file of yours in its place; ", "run", "--add-host", "a:192.0.2.1", "image")]
    [Arguments("no network is made between sandboxes: a unix socket in a directory that -v shows in both joins two, and --network host has the host's; ", "run", "--network", "bridge", "image")]
    [Arguments("no network is made between sandboxes: a unix socket in a directory that -v shows in both joins two, and --network host has the host's; ", "run", "--network=container:web", "image")]
    [Arguments("root inside is you on the host: what it writes to a volume is yours; ", "run", "--userns", "keep-id:uid=7", "image")]
    [Arguments("a sandbox has its caller's SELinux context, and no file need be labelled anew: leave it out; ", "run", "--security-opt", "label=disable", "image")]
    [Arguments("that is so anyway, leave it out; ", "run", "--unshare-user-try", "image")]
    [Arguments("nobody asks for health: 'sandbox exec NAME COMMAND' does; ", "run", "--health-cmd=true", "image")]
    [Arguments("write -v SRC:DST:ro; ", "run", "--ro-bind-try", "/a", "/b", "image")]
    [Arguments("the command comes first: sandbox run --rm; ", "--rm", "image")]
    [Arguments("the command comes first: sandbox run -m; ", "-m", "64m", "image")]
    [Arguments("choose among what --json prints, with jq(1); ", "ps", "--filter", "name=web")]
    [Arguments("give the names: $(sandbox ps -aq) are all; ", "rm", "-fa")]
    [Arguments("write '-' for standard input; ", "load")]
    public async Task What_others_call_so_is_told_by_the_name_that_it_has_here(string hint, params string[] words) =>
        await Assert.That(((Refusal)Arguments.Read(words)).Hint).StartsWith(hint + "'sandbox ");

    /// <summary>Scripts written for docker say it from habit; there is nobody to type, with them or without.</summary>
    [Test]
    public async Task A_detached_exec_takes_the_letters_of_a_terminal_and_has_none()
    {
        ExecOptions exec = (ExecOptions)Arguments.Read(["exec", "-dit", "web", "true"]);
        await Assert.That((exec.Detached, exec.Interactive, exec.Terminal)).IsEqualTo((true, false, false));
    }

    [Test]
    [Arguments("bundle", "a", "b", "--", "sh", "-c", "true")]
    [Arguments("bundle", "a", "b", "--userns", "auto", "--", "sh", "-c", "true")]
    public async Task A_bundle_takes_a_command_behind_its_directory(params string[] words)
    {
        BundleOptions bundle = (BundleOptions)Arguments.Read(words);
        await Assert.That((bundle.Image, bundle.Directory, string.Join(' ', bundle.Command))).IsEqualTo(("a", "b", "sh -c true"));
    }

    [Test]
    public async Task An_unknown_option_shows_its_name_without_its_value() =>
        await Assert.That(((Refusal)Arguments.Read(["run", "--password=secret", "image"])).What).IsEqualTo("unknown option --password");

    [Test]
    public async Task The_first_mistake_is_the_one_that_is_told() =>
        await Assert.That(((Refusal)Arguments.Read(["run", "--userns", "x", "--nonsense"])).What).IsEqualTo("wrong value 'x' for --userns");

    [Test]
    public async Task A_letter_that_is_unknown_among_others_is_named() =>
        await Assert.That(((Refusal)Arguments.Read(["run", "-qz", "image"])).What).IsEqualTo("unknown option -z");

    [Test]
    [Arguments("--hostname", "NAME")]
    [Arguments("-w", "DIR")]
    [Arguments("-qe", "NAME[=VALUE]", "-e")]
    public async Task An_option_at_the_end_without_its_value_is_refused(string word, string value, string? shown = null) =>
        await Assert.That(Arguments.Read(["run", word])).IsEqualTo(
            new Refusal($"missing value for {shown ?? word}", $"it needs {value}", "'sandbox help run' explains it"));

    [Test]
    [Arguments("--read-only=no", "wrong value 'no' for --read-only: allowed are true and false")]
    [Arguments("--read-only=", "wrong value '' for --read-only: allowed are true and false")]
    [Arguments("-iq=1", "wrong value '1' for -q: allowed are true and false")]
    [Arguments("--help=false", "wrong value 'false' for --help: it takes none")]
    [Arguments("-i=false", "wrong value 'false' for -i: it is passed on anyway: write </dev/null at the end of the line")]
    public async Task A_wrong_value_for_an_option_that_takes_none_is_refused(string word, string refusal) =>
        await Assert.That(Arguments.Read(["run", word, "image"])).IsEqualTo(new Refusal(refusal[..refusal.IndexOf(": ", StringComparison.Ordinal)], refusal[(refusal.IndexOf(": ", StringComparison.Ordinal) + 2)..], "'sandbox help run' explains it"));

    [Test]
    [Arguments("--names", "--json")]
    [Arguments("-q", "--json")]
    [Arguments("-q", "--names")]
    public async Task A_list_is_asked_for_in_one_form(string first, string last)
    {
        foreach (string verb in (string[])["images", "ps"])
        {
            await Assert.That(Arguments.Read([verb, last, first])).IsEqualTo(
                new Refusal($"wrong option {first}", $"{last} asks for the same list in another form", "leave one of the two out"));
            await Assert.That(Arguments.Read([verb, last])).IsNotTypeOf<Refusal>();
        }
    }

    /// <summary>As docker's and podman's users write it, above all where a script puts the word in. The last one counts.</summary>
    [Test]
    [Arguments(true, "--read-only=true", "--rm=true", "-qd=true")]
    [Arguments(true, "--read-only=false", "--read-only", "--rm", "-d=true")]
    [Arguments(false, "--read-only=false", "--rm=false", "-qd=false")]
    [Arguments(false, "--read-only", "--read-only=false", "--rm=true", "--rm=false", "-d", "--detach=false")]
    public async Task An_option_without_a_value_may_be_true_or_false(bool isOn, params string[] words)
    {
        RunOptions run = Run([.. words, "image"]);
        await Assert.That((run.ReadOnlyRoot, run.Remove, run.Detached)).IsEqualTo((isOn, isOn, isOn));
    }

    [Test]
    [Arguments(true, "-t=true")]
    [Arguments(false, "--tty=false")]
    [Arguments(false, "-T=true")]
    [Arguments(null, "-T=false")]
    public async Task A_terminal_may_be_true_or_false(bool? terminal, string word) => await Assert.That(Run(word, "image").Terminal).IsEqualTo(terminal);

    [Test]
    [Arguments("run", "im\uDCFFge")]
    [Arguments("run", "--workdir=/\uDCFF", "image", "/\uDCFE")]
    [Arguments("run", "-w", "\uDCFF", "image", "\uDCFF")]
    [Arguments("run", "-d", "image", "\uDCFF")]
    [Arguments("run", "--name", "box", "-e", "A=\uDCFF", "image")]
    [Arguments("inspect", "\uDCFF")]
    [Arguments("exec", "box\uDCFF", "cat")]
    public async Task A_word_that_was_not_utf8_is_refused_not_guessed(params string[] words) =>
        await Assert.That(Arguments.Read(words)).IsEqualTo(new Refusal($"wrong word '{words.First(word => word.Contains('\uDCFF', StringComparison.Ordinal))}'", "it is not UTF-8"));

    [Test]
    [Arguments("run", "-e", "A=\uDCFF", "--env=\uDCFE=1", "--entrypoint", "\uDC80", "image", "\uDCFF", "\uD83D\uDE00\uDCFF", "\uFFFD")]
    [Arguments("exec", "-e", "A=\uDCFF", "box", "cat", "\uDCFF")]
    public async Task A_word_for_the_command_may_be_any_bytes(params string[] words) =>
        await Assert.That(Arguments.Read(words)).IsNotTypeOf<Refusal>();

    [Test]
    [Arguments("--workdir", "/src")]
    [Arguments("--workdir=/src")]
    [Arguments("-w", "/src")]
    [Arguments("-w/src")]
    [Arguments("-qw", "/src")]
    [Arguments("-qw/src")]
    public async Task All_ways_of_giving_a_value_are_one(params string[] words) =>
        await Assert.That(((RunOptions)Arguments.Read(["run", .. words, "image"])).WorkingDirectory).IsEqualTo("/src");

    [Test]
    public async Task A_value_may_look_like_an_option_and_be_empty()
    {
        RunOptions run = Run("--entrypoint", "--", "--env=A=", "image");
        await Assert.That(run.Entrypoint).IsEqualTo("--");
        await Assert.That(run.Environment.Single()).IsEqualTo(new EnvironmentOption("A", ""));
    }

    [Test]
    public async Task Of_two_the_last_holds() =>
        await Assert.That(Run("--hostname", "a", "--hostname", "b", "image").Hostname).IsEqualTo("b");

    [Test]
    public async Task Lists_grow_in_order() =>
        await Assert.That(Run("-e", "B=1", "-e", "A=2", "image").Environment.Select(variable => variable.Name)).IsEquivalentTo(["B", "A"], TUnit.Assertions.Enums.CollectionOrdering.Matching);

    [Test]
    [Arguments(new[] { "image" }, new string[0])]
    [Arguments(new[] { "image", "--" }, new string[0])]
    [Arguments(new[] { "image", "ls", "-l", "--help" }, new[] { "ls", "-l", "--help" })]
    [Arguments(new[] { "image", "--", "ls", "--", "x" }, new[] { "ls", "--", "x" })]
    [Arguments(new[] { "image", "--", "--", "x" }, new[] { "--", "x" })]
    [Arguments(new[] { "image", "-q" }, new[] { "-q" })]
    [Arguments(new[] { "--", "image", "--", "ls" }, new[] { "ls" })]
    [Arguments(new[] { "image", "" }, new[] { "" })]
    public async Task Options_end_at_the_image_and_one_dash_pair_after_it_is_left_out(string[] words, string[] command)
    {
        RunOptions run = Run(words);
        await Assert.That(run.Image).IsEqualTo("image");
        await Assert.That(run.Quiet).IsFalse();
        await Assert.That(run.Command).IsEquivalentTo(command, TUnit.Assertions.Enums.CollectionOrdering.Matching);
    }

    [Test]
    public async Task A_dash_alone_is_an_image() => await Assert.That(Run("-").Image).IsEqualTo("-");

    [Test]
    [Arguments("run")]
    [Arguments("run", "-q")]
    [Arguments("run", "--")]
    public async Task Run_without_an_image_is_refused(params string[] words) =>
        await Assert.That(((Refusal)Arguments.Read(words)).What).IsEqualTo("missing IMAGE");

    [Test]
    public async Task An_empty_image_is_refused() =>
        await Assert.That(((Refusal)Arguments.Read(["run", ""])).What).IsEqualTo("wrong IMAGE ''");

    [Test]
    public async Task Common_options_may_stand_before_the_command()
    {
        RunOptions run = (RunOptions)Arguments.Read(["--root", "/a", "-q", "run", "--root=/b", "image"]);
        await Assert.That(run.Root).IsEqualTo("/b");
        await Assert.That(run.Quiet).IsTrue();
    }

    [Test]
    public async Task Other_options_before_the_command_are_refused() =>
        await Assert.That(((Refusal)Arguments.Read(["--userns", "auto", "run", "image"])).Why).IsEqualTo("'sandbox' has no such option");

    [Test]
    [Arguments(null, "--help")]
    [Arguments("run", "run", "--help")]
    [Arguments("run", "run", "-q", "--help", "--nonsense")]
    [Arguments("run", "help", "run")]
    [Arguments("help", "help", "--help")]
    [Arguments("completion", "completion", "--help")]
    public async Task Help_is_asked_for_in_every_way(string? topic, params string[] words) =>
        await Assert.That(Arguments.Read(words)).IsEqualTo(new HelpOptions { Topic = topic });

    [Test]
    [Arguments("--version")]
    [Arguments("run", "--version")]
    public async Task The_version_is_asked_for_anywhere(params string[] words) =>
        await Assert.That(Arguments.Read(words)).IsEqualTo(new VersionOptions());

    [Test]
    public async Task The_version_is_that_of_the_project() =>
        await Assert.That(typeof(Product).Assembly.GetName().Version!.ToString(3)).IsEqualTo(Product.Version);

    [Test]
    [Arguments("unknown command 'rum'", "help", "rum")]
    [Arguments("unknown command 'unpack-worker'", "help", "unpack-worker")]
    [Arguments("wrong word 'help'", "help", "run", "help")]
    [Arguments("missing shell", "completion")]
    [Arguments("unknown shell 'fish'", "completion", "fish")]
    [Arguments("wrong word 'zsh'", "completion", "bash", "zsh")]
    public async Task Wrong_words_of_the_other_commands_are_named(string what, params string[] words) =>
        await Assert.That(((Refusal)Arguments.Read(words)).What).IsEqualTo(what);

    [Test]
    [Arguments("'sandbox ps' takes none", "ps", "web")]
    [Arguments("'sandbox load' takes only FILE", "load", "one", "web")]
    [Arguments("'sandbox tag' takes only NAME and NEWNAME", "tag", "one", "two", "web")]
    public async Task A_word_too_many_is_refused_with_those_that_there_may_be(string why, params string[] words)
    {
        Refusal refusal = (Refusal)Arguments.Read(words);
        await Assert.That((refusal.What, refusal.Why)).IsEqualTo(("wrong word 'web'", why));
    }

    [Test]
    public async Task The_words_of_a_worker_are_left_to_it()
    {
        WorkerOptions worker = (WorkerOptions)Arguments.Read(["unpack-worker", "--anything", "1"]);
        await Assert.That(worker.Verb).IsEqualTo("unpack-worker");
        await Assert.That(worker.Words).IsEquivalentTo(["--anything", "1"], TUnit.Assertions.Enums.CollectionOrdering.Matching);
    }

    private static RunOptions Run(params string[] words) => (RunOptions)Arguments.Read(["run", .. words]);
}
