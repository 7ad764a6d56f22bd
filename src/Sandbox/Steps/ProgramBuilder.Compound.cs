using System.Collections.Immutable;
using Sandbox.Syscalls;

namespace Sandbox.Steps;

/// <content>The steps that are more than one system call: each is a few lines in the child.</content>
internal sealed unsafe partial class ProgramBuilder
{
    /// <summary>What <see cref="FindTarget"/> makes where nothing is.</summary>
    internal enum TargetKind
    {
        Directory = 0,

        /// <summary>An empty file.</summary>
        File = 1,

        /// <summary>A directory or an empty file, whichever the source of the mount is.</summary>
        LikeSource = 2,

        /// <summary>The device that the source of the mount is, or an empty file in its place.</summary>
        Device = 3,
    }

    /// <summary>Takes one byte from the launcher: it has done its part.</summary>
    public void Await(Slot pipe) => Add(new Step { Kind = StepKind.Await, Result = Step.NoResult, SlotArguments = 1, A = pipe.Index });

    /// <summary>
    /// Resolves the place of a mount beneath a root of foreign names, and makes missing parents and the place itself.
    /// The descriptor is O_PATH, so what lies there is never opened.
    /// </summary>
    /// <param name="links">Whether symbolic links are followed; else one on the way is an error (ELOOP).</param>
    public Slot FindTarget(Slot root, string path, TargetKind kind, Slot? source = null, bool links = true, Errno tolerated = Errno.None)
    {
        Slot target = NewSlot(path);
        Add(new Step
        {
            Kind = StepKind.FindTarget,
            Result = target.Index,
            SlotArguments = (byte)(source is null ? 1 : 1 | 8),
            A = root.Index,
            D = source?.Index ?? 0,
            B = Text(path.Trim('/') is { Length: > 0 } relative ? relative : "."),
            C = (nint)kind,
            E = links ? 1 : 0,
            Tolerated = (int)tolerated,
        });
        return target;
    }

    /// <summary>
    /// Hides what is at a path beneath a root: a file behind <paramref name="file"/>, a directory behind
    /// <paramref name="directory"/>. Nothing there is no failure.
    /// </summary>
    /// <param name="links">Whether symbolic links are followed; else one on the way is an error (ELOOP).</param>
    public void Cover(Slot root, string path, Slot file, Slot directory, bool links) => Add(new Step
    {
        Kind = StepKind.Cover,
        Result = Step.NoResult,
        SlotArguments = 1 | 4 | 8,
        A = root.Index,
        B = Text(path.TrimStart('/')),
        C = file.Index,
        D = directory.Index,
        E = links ? 1 : 0,
        Tolerated = (int)Errno.ENOENT,
    });

    /// <summary>A string in the arena, for calls that take its address as a number.</summary>
    public nint Name(string text) => Text(text);

    /// <summary>Opens a file relative to the working directory, writes a text into it, closes it.</summary>
    public void WriteFile(string path, string text, OpenFlags flags = OpenFlags.O_WRONLY, uint mode = 0)
    {
        Slot file = Open(path, flags, mode);
        Write(file, text);
        Close(file);
    }

    /// <summary>Overwrites memory of the child's: with a name from <see cref="Name"/>, and with zeros behind it.</summary>
    public void Erase((nint Address, nint Length) area, nint name) =>
        Add(new Step { Kind = StepKind.Erase, Result = Step.NoResult, A = area.Address, B = area.Length, C = name });

    /// <summary>landlock_add_rule(2): the rights hold for a file, or for all beneath a directory; those that only directories have are left out for a file.</summary>
    public void AllowBeneath(Slot ruleset, Slot place, LandlockAccess allowed, Errno tolerated = Errno.None) =>
        AllowBeneath(ruleset, place.Index, 4, allowed, tolerated);

    /// <summary>The same for what a descriptor of the caller's is.</summary>
    public void AllowBeneath(Slot ruleset, int descriptor, LandlockAccess allowed, Errno tolerated) =>
        AllowBeneath(ruleset, descriptor, 0, allowed, tolerated);

    private void AllowBeneath(Slot ruleset, nint place, byte slot, LandlockAccess allowed, Errno tolerated) => Add(new Step
    {
        Kind = StepKind.AllowBeneath,
        Result = Step.NoResult,
        SlotArguments = (byte)(1 | slot),
        A = ruleset.Index,
        B = (nint)allowed,
        C = place,
        Tolerated = (int)tolerated,
    });

    /// <summary>Reports the time, and what this process has used so far.</summary>
    public void Measure(Slot report) => Add(new Step { Kind = StepKind.Measure, Result = Step.NoResult, SlotArguments = 1, A = report.Index });

    /// <summary>Ends the program: the process waits for the end of either of two descriptors, and ends the second one's process; -1 is nobody.</summary>
    public void Guard(int lifeline, int process) => Add(new Step { Kind = StepKind.Guard, Result = Step.NoResult, A = lifeline, B = process });

    /// <summary>The command, for <see cref="InspectCommand"/> and <see cref="Execute"/>.</summary>
    public CommandImage* PutCommand(
        ImmutableArray<string> candidates,
        ImmutableArray<string> arguments,
        ImmutableArray<string> environment,
        (ulong Device, ulong Inode, ulong Mount) own) => Arena.Put(new CommandImage
        {
            Candidates = Arena.Texts(candidates),
            Arguments = Arena.Texts(arguments),
            Environment = Arena.Texts(environment),
            OwnDevice = own.Device,
            OwnInode = own.Inode,
            OwnMount = own.Mount,
        });

    /// <summary>Checks each candidate that exists, and each interpreter that it names.</summary>
    public void InspectCommand(CommandImage* command) =>
        Add(new Step { Kind = StepKind.InspectCommand, Result = Step.NoResult, A = (nint)command });

    /// <summary>The steps behind this one run in the command's own process; the process itself goes on as PID 1.</summary>
    /// <param name="apart">Whether that process has a copy of the memory, and does not share it until it executes.</param>
    public void StartCommand(bool apart = false)
    {
        _commandStart = _stepCount;
        _mark = apart ? (FailureMark*)Libc.MapShared(sizeof(FailureMark)) : null;
        Add(new Step { Kind = StepKind.StartCommand, Result = Step.NoResult, A = apart ? 1 : 0, B = _init!.Value.SurrendersFirst });
    }

    /// <summary>Ends the program: the process becomes the command.</summary>
    public void Execute(CommandImage* command) =>
        Add(new Step { Kind = StepKind.Execute, Result = Step.NoResult, A = (nint)command });
}
