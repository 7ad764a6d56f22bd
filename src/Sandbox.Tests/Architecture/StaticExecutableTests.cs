using System.Text.RegularExpressions;
using System.Xml.Linq;
using Sandbox.Launch;

namespace Sandbox.Tests.Architecture;

/// <summary>The executable is one file that needs no other.</summary>
public partial class StaticExecutableTests
{
    private const long LargestSize = 6 << 20;

    [Test]
    public async Task No_interpreter_and_no_shared_library_is_asked_for()
    {
        await Assert.That(await Command.Tool("readelf", "--wide", "--program-headers", Repository.Executable)).DoesNotContain("INTERP");
        await Assert.That(await Command.Tool("readelf", "--wide", "--dynamic", Repository.Executable)).DoesNotContain("NEEDED");
    }

    /// <summary>The same two questions about a program that does need a library.</summary>
    [Test]
    public async Task A_program_with_shared_libraries_is_told_apart()
    {
        await Assert.That(await Command.Tool("readelf", "--wide", "--program-headers", "/bin/sh")).Contains("INTERP");
        await Assert.That(await Command.Tool("readelf", "--wide", "--dynamic", "/bin/sh")).Contains("NEEDED");
    }

    [Test]
    public async Task It_is_not_larger_than_six_megabytes() =>
        await Assert.That(new FileInfo(Repository.Executable).Length).IsLessThanOrEqualTo(LargestSize);

    [Test]
    [Arguments("--version")]
    [Arguments("no-such-command")]
    public async Task No_shared_library_is_opened_while_it_runs(string argument) =>
        await Assert.That(SharedLibrary().Matches(await Trace("open,openat,openat2", argument)).Select(match => match.Value)).IsEmpty();

    /// <summary>A native call that the linker did not bind is looked for by dlopen at its first use, wherever that is.</summary>
    [Test]
    public async Task No_native_call_is_left_to_be_bound_while_it_runs()
    {
        IEnumerable<string> linked = XElement.Load(Repository.In("src", "Sandbox", "Sandbox.csproj"))
            .Descendants("DirectPInvoke").Select(library => library.Attribute("Include")!.Value);
        using CompiledAssembly product = CompiledAssembly.OfProduct();
        await Assert.That(product.NativeLibraries).Contains("libc");
        await Assert.That(product.NativeLibraries.Except(linked)).IsEmpty();
    }

    /// <summary>The linker's --wrap puts code of ours before the runtime's first: whatever makes a thread later has the signals blocked.</summary>
    [Test]
    public async Task Signals_are_blocked_before_the_runtime_starts()
    {
        string[] calls = (await Trace("rt_sigprocmask,rt_sigaction,clone,clone3", "--version")).Split('\n');
        int blocked = Array.FindIndex(calls, call => BlocksSignals().IsMatch(call));
        int runtime = Array.FindIndex(calls, call => call.Contains("rt_sigaction(SIGSEGV", StringComparison.Ordinal));
        await Assert.That(blocked).IsGreaterThanOrEqualTo(0);
        await Assert.That(runtime).IsGreaterThan(blocked);
    }

    /// <summary>The early child has no more of a thread than this: errno is among the thread's variables.</summary>
    [Test]
    public async Task The_variables_of_a_thread_fit_into_what_is_there_before_the_library()
    {
        string headers = await Command.Tool("readelf", "--wide", "--program-headers", Repository.Executable);
        int size = Convert.ToInt32(ThreadVariables().Match(headers).Groups[1].Value, 16);
        await Assert.That(size).IsGreaterThan(0).And.IsLessThanOrEqualTo(BeforeLibrary.VariablesSize);
    }

    /// <summary>A child that is cloned beside another thread of the runtime's is bound by hard rules; better that there is none.</summary>
    [Test]
    public async Task The_runtime_starts_no_thread() =>
        await Assert.That(await Trace("clone,clone3", "--version")).DoesNotContain("CLONE_THREAD");

    [Test]
    public async Task The_runtime_reads_no_file_about_the_machine() =>
        await Assert.That(await Trace("open,openat", "--version")).DoesNotContain("/sys/").And.DoesNotContain("/proc/self/maps");

    [Test]
    public async Task The_runtime_does_not_read_the_machines_cgroups() =>
        await Assert.That(Cgroups().Matches(await Trace("open,openat,statfs", "--version")).Select(match => match.Value)).IsEmpty();

    /// <summary>The system calls of a run with one argument, as strace writes them.</summary>
    private static async Task<string> Trace(string calls, string argument)
    {
        string file = Path.GetTempFileName();
        try
        {
            await Command.Run("strace", ["-f", "-qq", "-o", file, "-e", "trace=" + calls, Repository.Executable, argument]);
            return await File.ReadAllTextAsync(file);
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>The size in memory, the last but two of the columns with numbers.</summary>
    [GeneratedRegex(@"^ +TLS +0x\w+ +0x\w+ +0x\w+ +0x\w+ +0x(\w+)", RegexOptions.Multiline)]
    private static partial Regex ThreadVariables();

    [GeneratedRegex("""
        "[^"]*\.so[^"]*"
        """)]
    private static partial Regex SharedLibrary();

    /// <summary>A set of nearly all is written by those that are not in it.</summary>
    [GeneratedRegex(@"rt_sigprocmask\(SIG_BLOCK, ~\[ILL TRAP BUS FPE KILL SEGV STOP SYS RTMIN RT_1 RT_2\]")]
    private static partial Regex BlocksSignals();

    [GeneratedRegex("""
        "[^"]*(cgroup|mountinfo)[^"]*"
        """)]
    private static partial Regex Cgroups();
}
