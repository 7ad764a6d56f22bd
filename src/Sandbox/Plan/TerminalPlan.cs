using Sandbox.Spec;
using Sandbox.Steps;
using Sandbox.Syscalls;

namespace Sandbox.Plan;

/// <summary>
/// The command's terminal: a pair of the sandbox's own devpts. The master goes over a socket to whoever started the
/// sandbox; the terminal itself is reached by descriptor only, so that no name of the image's is in between.
/// </summary>
internal static class TerminalPlan
{
    private const int StandardOutput = 1, StandardError = 2;

    /// <summary>Makes the pair, once devpts is mounted, and sends the master away; null where the command has no terminal.</summary>
    /// <param name="console">The socket that the master goes to.</param>
    public static Slot? Open(ProgramBuilder program, Slot root, Slot console, ProcessSpec process, TerminalSettings settings)
    {
        if (!process.Terminal)
        {
            return null;
        }

        program.For("make a terminal", Hint);
        Slot master = program.OpenIn(root, "dev/pts/ptmx", OpenFlags.O_RDWR | OpenFlags.O_NOCTTY);

        // A file that a volume or the image brought in its place would be asked for the peer, and be believed.
        program.ExpectFileSystem(master, FileSystemMagic.DEVPTS_SUPER_MAGIC);
        program.UnlockTerminal(master);
        Slot terminal = program.OpenTerminal(master);
        if (settings.Modes is { } modes)
        {
            program.SetModes(terminal, modes);
        }

        if (process.ConsoleSize is { } size)
        {
            program.SetWindowSize(terminal, new WindowSize { Rows = size.Height, Columns = size.Width });
        }

        // Who it belongs to may open it by its name too, as tty(1) and /dev/stdout do.
        program.ChangeOwner(terminal, process.User.Uid);
        program.SendDescriptor(console, master, "/dev/pts/ptmx");

        // The last copy of the master being closed is what hangs the terminal up.
        program.Close(master);
        return terminal;
    }

    /// <summary>Shows it as /dev/console.</summary>
    public static void ShowAsConsole(ProgramBuilder program, RootPlan root, Slot? terminal)
    {
        if (terminal is { } shown)
        {
            program.For("make the terminal /dev/console");
            Slot tree = program.OpenTree(shown, OpenTreeFlags.OPEN_TREE_CLONE);
            program.MoveMount(tree, program.FindTarget(root.Root, "/dev/console", ProgramBuilder.TargetKind.File, links: false));
        }
    }

    /// <summary>Makes it what the command, which leads a session by now, reads, writes and is controlled by.</summary>
    public static void Attach(ProgramBuilder program, Slot? terminal, TerminalSettings settings)
    {
        if (terminal is { } own)
        {
            program.For("give the command its terminal");
            program.TakeTerminal(own);
            for (int standard = 0; standard <= (settings.KeepsErrors ? StandardOutput : StandardError); standard++)
            {
                program.DuplicateTo(own, standard);
            }
        }
    }

    private static string? Hint(Errno errno) => errno switch
    {
        Errno.ENOENT or Errno.ELOOP or Errno.EXDEV => "a terminal needs devpts at /dev/pts: mount nothing else there, or do without with -T",
        Errno.ENOSPC => "the machine has no terminal left: sysctl kernel.pty.max",
        Errno.ETOOMANYREFS => Hints.DescriptorsUnderWay,
        _ => null,
    };
}
