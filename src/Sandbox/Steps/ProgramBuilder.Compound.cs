using System.Collections.Immutable;
using System.Text;
using Sandbox.Syscalls;

namespace Sandbox.Steps;

/// <content>The steps that are more than one system call: each is a few lines in the child's interpreter.</content>
internal sealed unsafe partial class ProgramBuilder
{
    /// <summary>The size of struct statfs, whose first member is the type.</summary>
    private const int SizeOfStatFs = 120;

    /// <summary>What is compared of a value, where all of it is.</summary>
    private const nint AllBits = -1;

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
    public void Cover(Slot root, string path, Slot file, Slot directory) => Add(new Step
    {
        Kind = StepKind.Cover,
        Result = Step.NoResult,
        SlotArguments = 1 | 4 | 8,
        A = root.Index,
        B = Text(path.TrimStart('/')),
        C = file.Index,
        D = directory.Index,
        Tolerated = (int)Errno.ENOENT,
    });

    /// <summary>A string in the arena, for calls that take its address as a number.</summary>
    public nint Name(string text) => Text(text);

    /// <summary>fstatfs(2), and the check that a descriptor belongs to the file system that it should.</summary>
    public void ExpectFileSystem(Slot file, FileSystemMagic magic)
    {
        byte* status = Arena.Take(SizeOfStatFs);
        Call(SystemCall.fstatfs, new(file, (nint)status));
        Add(new Step { Kind = StepKind.Expect, Result = Step.NoResult, A = (nint)status, B = (nint)magic, C = (nint)Errno.EXDEV, D = Text("file system " + NameOf(magic)), E = AllBits });
    }

    // Enum.ToString would have to read the program's metadata, at each start.
    private static string NameOf(FileSystemMagic magic) => magic switch
    {
        FileSystemMagic.PROC_SUPER_MAGIC => nameof(FileSystemMagic.PROC_SUPER_MAGIC),
        FileSystemMagic.DEVPTS_SUPER_MAGIC => nameof(FileSystemMagic.DEVPTS_SUPER_MAGIC),
        _ => throw new ArgumentOutOfRangeException(nameof(magic), magic, "a file system without a name"),
    };

    /// <summary>fstatfs(2), and the check that nothing can be written through the mount that a descriptor was found in.</summary>
    public void ExpectReadOnly(Slot place)
    {
        const int offsetOfFlags = 0x50;
        const nint ST_RDONLY = 1;
        byte* status = Arena.Take(SizeOfStatFs);
        Call(SystemCall.fstatfs, new(place, (nint)status));
        Add(new Step { Kind = StepKind.Expect, Result = Step.NoResult, A = (nint)(status + offsetOfFlags), B = ST_RDONLY, C = (nint)Errno.EROFS, D = Text("ST_RDONLY"), E = ST_RDONLY });
    }

    /// <summary>fstatfs(2), and the check that a descriptor belongs to another file system than one.</summary>
    public void RefuseFileSystem(Slot file, FileSystemMagic magic, string why)
    {
        byte* status = Arena.Take(SizeOfStatFs);
        Call(SystemCall.fstatfs, new(file, (nint)status));
        Refuse((nint)status, (nint)magic, why);
    }

    /// <summary>getcwd(2), and the check that its answer is a path: outside of the root directory it begins with "(unreachable)".</summary>
    public void RefuseUnreachableDirectory(string why)
    {
        const int longest = 4096;
        byte* path = Arena.Take(longest);
        Call(SystemCall.getcwd, new((nint)path, longest));
        Refuse((nint)path, (nint)BitConverter.ToUInt64("(unreach"u8), why);
    }

    private void Refuse(nint filled, nint value, string why) =>
        Add(new Step { Kind = StepKind.Refuse, Result = Step.NoResult, A = filled, B = value, C = (nint)Errno.EXDEV, D = Text(why) });

    /// <summary>statx(2), and the check that a path names the character device that it should.</summary>
    public void ExpectDevice(string path, uint major, uint minor)
    {
        const int sizeOfStatx = 256, offsetOfRdev = 0x80;
        byte* status = Arena.Take(sizeOfStatx);
        Call(SystemCall.statx, new(Here, Text(path), (nint)AtFlags.AT_SYMLINK_NOFOLLOW, 0, (nint)status));
        Add(new Step
        {
            Kind = StepKind.Expect,
            Result = Step.NoResult,
            A = (nint)(status + offsetOfRdev),
            B = (nint)(major | ((ulong)minor << 32)),
            C = (nint)Errno.ENODEV,
            D = Text($"device {major}:{minor}"),
            E = AllBits,
        });
    }

    /// <summary>recvmsg(2) of one descriptor over a socket whose other end the launcher holds.</summary>
    public Slot ReceiveDescriptor(Slot socket, string name)
    {
        Slot received = NewSlot(name);
        DescriptorMessage* control = Arena.Put(default(DescriptorMessage));
        IoVector* vector = Arena.Put(new IoVector { Base = (nint)Arena.Take(1), Length = 1 });
        MessageHeader* message = Arena.Put(new MessageHeader
        {
            Vectors = (nint)vector,
            VectorCount = 1,
            Control = (nint)control,
            ControlLength = (nuint)sizeof(DescriptorMessage),
        });
        Add(new Step
        {
            Kind = StepKind.ReceiveDescriptor,
            Result = received.Index,
            SlotArguments = 1,
            A = socket.Index,
            B = (nint)message,
            C = (nint)control,
        });
        return received;
    }

    /// <summary>sendmsg(2) of one descriptor, with a text that says what it is; passed over where there is no socket.</summary>
    public void SendDescriptor(Slot socket, Slot descriptor, string text)
    {
        DescriptorMessage* control = Arena.Put(DescriptorMessage.Of(-1));
        IoVector* vector = Arena.Put(new IoVector { Base = Text(text), Length = (nuint)Encoding.UTF8.GetByteCount(text) });
        MessageHeader* message = Arena.Put(new MessageHeader
        {
            Vectors = (nint)vector,
            VectorCount = 1,
            Control = (nint)control,
            ControlLength = (nuint)sizeof(DescriptorMessage),
        });
        Add(new Step
        {
            Kind = StepKind.SendDescriptor,
            Result = Step.NoResult,
            SlotArguments = 1 | 8,
            A = socket.Index,
            B = (nint)message,
            C = (nint)control,
            D = descriptor.Index,
        });
    }

    /// <summary>
    /// The descriptor that a filter reports to goes over a socket as soon as <paramref name="load"/> fills its slot. A thread
    /// of its own sends it, which the filter does not bind: this one may by then be allowed neither sendmsg nor anything else.
    /// </summary>
    public void PassOnListener(Slot socket, Action<Slot> load)
    {
        const int stackSize = 16 * 1024;
        Slot listener = NewSlot("listener");
        DescriptorMessage* control = Arena.Put(DescriptorMessage.Of(-1));
        IoVector* vector = Arena.Put(new IoVector { Base = (nint)Arena.Take(1), Length = 1 });
        MessageHeader* message = Arena.Put(new MessageHeader
        {
            Vectors = (nint)vector,
            VectorCount = 1,
            Control = (nint)control,
            ControlLength = (nuint)sizeof(DescriptorMessage),
        });
        HandOver* handOver = Arena.Put(new HandOver { Message = message, Control = control });
        Add(new Step
        {
            Kind = StepKind.PassOn,
            Result = Step.NoResult,
            SlotArguments = 1,
            A = socket.Index,
            B = listener.Index,
            C = (nint)handOver,
            D = (nint)(Arena.Take(stackSize) + stackSize),
        });
        load(listener);
        Add(new Step { Kind = StepKind.AwaitPassedOn, Result = Step.NoResult, A = (nint)handOver });
    }

    /// <summary>Opens a file relative to the working directory, writes a text into it, closes it.</summary>
    public void WriteFile(string path, string text, OpenFlags flags = OpenFlags.O_WRONLY, uint mode = 0)
    {
        Slot file = Open(path, flags, mode);
        Write(file, text);
        Close(file);
    }

    /// <summary>Overwrites memory of the child's with zeros.</summary>
    public void Erase(nint address, nint length) =>
        Add(new Step { Kind = StepKind.Erase, Result = Step.NoResult, A = address, B = length });

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
        Add(new Step { Kind = StepKind.StartCommand, Result = Step.NoResult, A = apart ? 1 : 0, B = _init.SurrendersFirst });
    }

    /// <summary>Ends the program: the process becomes the command.</summary>
    public void Execute(CommandImage* command) =>
        Add(new Step { Kind = StepKind.Execute, Result = Step.NoResult, A = (nint)command });
}
