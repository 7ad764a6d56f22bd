using System.Buffers.Binary;
using System.Text;
using Sandbox.Syscalls;
using Sandbox.Tests.Launch;
using Sandbox.Tests.Rootfs;

namespace Sandbox.Tests.Escapes;

/// <summary>
/// No image makes the host's own executable its command (the kind of CVE-2019-5736): not by a link, not as an
/// interpreter of a script or of a program, whatever the program says of itself.
/// </summary>
[Category(Category.Root)]
public class OwnExecutableTests
{
    private const ushort EM_386 = 3, EM_X86_64 = 62;
    private const UnixFileMode Everything = (UnixFileMode)0x1FF;

    /// <summary>What names sandbox's executable to a process that is its own, and to the others.</summary>
    private const string OfItself = "/proc/self/exe", OfInit = "/proc/1/exe";

    private const byte ELFCLASS32 = 1, ELFCLASS64 = 2;

    /// <summary>As many as fit into the kernel's largest table of 64 KiB.</summary>
    private const int MostWide = 1170, MostNarrow = 2048;

    [Test]
    [Arguments("/proc/self/exe")]
    [Arguments("/proc/1/exe")]
    [Arguments("/proc/thread-self/exe")]
    [Arguments("/dev/fd/../exe")]
    public async Task A_link_does_not_run_it(string target)
    {
        using HostileImage image = new();
        image.Link("bin/attack", target);
        await IsRefused(image);
    }

    [Test]
    [Arguments("#!/proc/self/exe\n")]
    [Arguments("#!/proc/1/exe\n")]
    [Arguments("#! \t/proc/self/exe argument\n")]
    [Arguments("#!/bin/link")]
    public async Task An_interpreter_of_a_script_does_not_run_it(string script)
    {
        using HostileImage image = new();
        image.Link("bin/link", "/proc/self/exe");
        image.WriteExecutable("bin/attack", Encoding.ASCII.GetBytes(script));
        await IsRefused(image);
    }

    [Test]
    [Arguments(EM_X86_64, ELFCLASS64, true, 1, OfItself)]
    [Arguments(EM_X86_64, ELFCLASS64, true, 1, OfInit)]
    [Arguments(EM_X86_64, ELFCLASS32, true, 1, OfItself)]
    [Arguments(EM_X86_64, ELFCLASS64, true, MostWide, OfItself)]
    [Arguments(EM_386, ELFCLASS32, false, 1, OfItself)]
    [Arguments(EM_386, ELFCLASS32, false, 1, OfInit)]
    [Arguments(EM_386, ELFCLASS64, false, 1, OfItself)]
    [Arguments(EM_386, ELFCLASS32, false, MostNarrow, OfItself)]
    public async Task An_interpreter_of_a_program_does_not_run_it(ushort machine, byte fileClass, bool wide, int headers, string interpreter)
    {
        using HostileImage image = new();
        byte[] program = wide ? WideProgram(machine, fileClass, headers, interpreter) : NarrowProgram(machine, fileClass, headers, interpreter);
        image.WriteExecutable("bin/program", program);
        image.WriteExecutable("bin/attack", Encoding.ASCII.GetBytes("#!/bin/program\n"));
        await IsRefused(image);
    }

    /// <summary>
    /// Where the look before the start sees nothing (a file of a shared volume that is swapped behind it, an interpreter of
    /// binfmt_misc), PID 1 looks once more at what was executed.
    /// </summary>
    [Test]
    public async Task A_file_that_was_swapped_after_the_inspection_does_not_run_it()
    {
        using HostileImage image = new();
        image.Link("bin/attack", "/proc/self/exe");

        // It reads what nobody writes: one that has ended before the look is nobody's door.
        await Command.Tool("mkfifo", image.In("never"));
        string[] run = [Repository.Executable, .. image.Words(), "/bin/attack", "seccomp", "/never", "--dump"];
        LaunchCall[] calls = await Watch.List([Repository.Executable, .. image.Words(), "/bin/sh", "-c", ""]);

        // The inspection begins with the first path that is opened once the network is up.
        int configured = Array.FindLastIndex(calls, call => call.Number == SystemCall.ioctl);
        LaunchCall inspection = calls[configured..].First(call => call.Number == SystemCall.openat2);
        CommandResult result = await Watch.Run(run, Watch.Failing(inspection, Errno.EACCES));
        await Assert.That(result.Output).IsEqualTo("");
        await Assert.That(result.Error).Contains("sandbox's own executable");
        await Assert.That(result.ExitCode).IsEqualTo(126);
    }

    /// <summary>No attack: of what has changed its user and ended by then, nobody is shown what it was (ptrace(2)).</summary>
    [Test]
    public async Task A_command_may_have_ended_before_that_look()
    {
        await Attack.Succeeds("change_user", []);
        await Attack.Succeeds("change_user", [], Watch.Late);
    }

    /// <summary>With neither look it runs: the proof that the two are what keeps it.</summary>
    [Test]
    public async Task It_runs_where_nobody_looks()
    {
        using HostileImage image = new();
        image.Link("bin/attack", "/proc/self/exe");
        string[] run = [Repository.Executable, .. image.Words()];
        CommandResult result = await Watch.Run([.. run, "/bin/attack", "--version"], await Unseen(run));
        await Assert.That(result.Output).StartsWith("sandbox ");
    }

    /// <summary>
    /// And what else is inside changes the file then, whose owner a user's root inside is. (That of root's sandboxes is
    /// nobody outside.) It runs for as long as somebody may write what it reads.
    /// </summary>
    [Test]
    public async Task It_is_changed_where_nobody_looks()
    {
        using HostileImage image = new();
        using WorkDirectory home = new();
        Install(home);
        image.Link("bin/attack", OfItself);
        await home.Shell("mkfifo input && chmod 666 input");
        string[] run = [home.In("sandbox"), .. image.Words("--name", "attacked", "--nested", "-v", $"{home.In("input")}:/input")], unseen = await Unseen(run);
        string before = await Fingerprint(home);
        Task<CommandResult> command = Watch.Run([.. run, "/bin/attack", "seccomp", "/input", "--dump"], unseen);
        Task<FileStream> input = Task.Run(() => new FileStream(home.In("input"), FileMode.Open, FileAccess.Write, FileShare.ReadWrite));
        await Assert.That(await Task.WhenAny(input, command) == input).IsTrue().Because("it runs");
        await using (await input)
        {
            await Command.Run(home.In("sandbox"), [run[1], run[2], "exec", "attacked", "/bin/sh", "-c", "chmod 4777 /proc/2/exe"]);
        }

        await command;
        await Assert.That(await Fingerprint(home) == before).IsEqualTo(Environment.IsPrivilegedProcess);
    }

    /// <summary>An executable that its user may change is the same file after every attack: mode, owner, attributes and bytes.</summary>
    [Test]
    public async Task An_installed_executable_stays_as_it_is()
    {
        using HostileImage image = new();
        using WorkDirectory home = new();
        Install(home);
        await home.Shell("setfattr -n user.mark -v made sandbox");
        string before = await Fingerprint(home);
        foreach ((string number, string executable) in (ReadOnlySpan<(string, string)>)[("1", OfItself), ("2", OfInit)])
        {
            image.Link("bin/link" + number, executable);
            image.WriteExecutable("bin/script" + number, Encoding.ASCII.GetBytes($"#!{executable}\n"));
            image.WriteExecutable("bin/program" + number, WideProgram(EM_X86_64, ELFCLASS64, 1, executable));
        }

        image.WriteExecutable("bin/change", "#!/bin/sh\nchmod 4777 /proc/1/exe; chown 1 /proc/1/exe; echo x >/proc/1/exe; : >>/proc/self/exe\n"u8.ToArray());
        foreach (string attack in (string[])["link1", "link2", "script1", "script2", "program1", "program2", "change"])
        {
            await Command.Run(home.In("sandbox"), [.. image.Words(), "/bin/" + attack, "run"]);
        }

        await Assert.That(await Fingerprint(home)).IsEqualTo(before);
    }

    private static void Install(WorkDirectory home)
    {
        File.Copy(Repository.Executable, home.In("sandbox"));
        File.SetUnixFileMode(home.In("sandbox"), Everything);
    }

    /// <summary>Options that take both looks at the command away.</summary>
    /// <param name="run">The words of the run, up to the command's own.</param>
    private static async Task<string[]> Unseen(string[] run)
    {
        LaunchCall[] calls = await Watch.List([.. run, "/bin/sh", "-c", ""]);
        int configured = Array.FindLastIndex(calls, call => call.Number == SystemCall.ioctl);
        LaunchCall inspection = calls[configured..].First(call => call.Number == SystemCall.openat2), back = calls.Last(call => call.Number == SystemCall.statx);
        return [.. Watch.Failing(inspection, Errno.EACCES), .. Watch.Without(SystemCall.statx, back.FirstArgument)];
    }

    private static Task<string> Fingerprint(WorkDirectory home) =>
        home.Shell("stat -c '%a %u %g %s %Y %Z' sandbox; getfattr -d -m - sandbox; sha256sum sandbox");

    private static async Task IsRefused(HostileImage image)
    {
        CommandResult result = await image.Run([], "/bin/attack", "--version");
        await Assert.That(result.Output).IsEqualTo("");
        await Assert.That(result.Error).Contains("sandbox's own executable");
        await Assert.That(result.ExitCode).IsEqualTo(126);
    }

    /// <summary>A 64-bit program whose last program header is PT_INTERP.</summary>
    private static byte[] WideProgram(ushort machine, byte fileClass, int headers, string interpreter)
    {
        const int header = 64, entry = 56;
        byte[] program = Begin(machine, fileClass, header + (headers * entry), interpreter);
        BinaryPrimitives.WriteUInt64LittleEndian(program.AsSpan(32), header);
        BinaryPrimitives.WriteUInt16LittleEndian(program.AsSpan(54), entry);
        BinaryPrimitives.WriteUInt16LittleEndian(program.AsSpan(56), (ushort)headers);
        Span<byte> last = program.AsSpan(header + ((headers - 1) * entry));
        BinaryPrimitives.WriteUInt32LittleEndian(last, 3);
        BinaryPrimitives.WriteUInt64LittleEndian(last[8..], (ulong)(header + (headers * entry)));
        BinaryPrimitives.WriteUInt64LittleEndian(last[32..], (ulong)(interpreter.Length + 1));
        return program;
    }

    /// <summary>The same for 32 bits.</summary>
    private static byte[] NarrowProgram(ushort machine, byte fileClass, int headers, string interpreter)
    {
        const int header = 52, entry = 32;
        byte[] program = Begin(machine, fileClass, header + (headers * entry), interpreter);
        BinaryPrimitives.WriteUInt32LittleEndian(program.AsSpan(28), header);
        BinaryPrimitives.WriteUInt16LittleEndian(program.AsSpan(42), entry);
        BinaryPrimitives.WriteUInt16LittleEndian(program.AsSpan(44), (ushort)headers);
        Span<byte> last = program.AsSpan(header + ((headers - 1) * entry));
        BinaryPrimitives.WriteUInt32LittleEndian(last, 3);
        BinaryPrimitives.WriteUInt32LittleEndian(last[4..], (uint)(header + (headers * entry)));
        BinaryPrimitives.WriteUInt32LittleEndian(last[16..], (uint)(interpreter.Length + 1));
        return program;
    }

    private static byte[] Begin(ushort machine, byte fileClass, int headersEnd, string interpreter)
    {
        const ushort executable = 2;
        byte[] program = new byte[headersEnd + interpreter.Length + 1];
        "\u007FELF"u8.CopyTo(program);
        program[4] = fileClass;
        program[5] = program[6] = 1;
        BinaryPrimitives.WriteUInt16LittleEndian(program.AsSpan(16), executable);
        BinaryPrimitives.WriteUInt16LittleEndian(program.AsSpan(18), machine);
        BinaryPrimitives.WriteUInt32LittleEndian(program.AsSpan(20), 1);
        Encoding.ASCII.GetBytes(interpreter).CopyTo(program.AsSpan(headersEnd));
        return program;
    }
}
