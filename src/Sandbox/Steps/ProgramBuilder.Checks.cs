using Sandbox.Syscalls;

namespace Sandbox.Steps;

/// <content>What the child makes sure of: the kernel's answer must be a value, or must not be one.</content>
internal sealed unsafe partial class ProgramBuilder
{
    /// <summary>What is compared of a value, where all of it is.</summary>
    private const nint AllBits = -1;

    /// <summary>fstatfs(2), and the check that a descriptor belongs to the file system that it should.</summary>
    public void ExpectFileSystem(Slot file, FileSystemMagic magic)
    {
        StatFs* status = (StatFs*)Arena.Take(sizeof(StatFs));
        Call(SystemCall.fstatfs, new(file, (nint)status));
        Add(new Step { Kind = StepKind.Expect, Result = Step.NoResult, A = (nint)(&status->Type), B = (nint)magic, C = (nint)Errno.EXDEV, D = Text("file system " + NameOf(magic)), E = AllBits });
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
        const nint ST_RDONLY = (nint)StatFs.ReadOnly;
        StatFs* status = (StatFs*)Arena.Take(sizeof(StatFs));
        Call(SystemCall.fstatfs, new(place, (nint)status));
        Add(new Step { Kind = StepKind.Expect, Result = Step.NoResult, A = (nint)(&status->Flags), B = ST_RDONLY, C = (nint)Errno.EROFS, D = Text("ST_RDONLY"), E = ST_RDONLY });
    }

    /// <summary>fstatfs(2), and the check that a descriptor belongs to another file system than one.</summary>
    public void RefuseFileSystem(Slot file, FileSystemMagic magic, string why)
    {
        StatFs* status = (StatFs*)Arena.Take(sizeof(StatFs));
        Call(SystemCall.fstatfs, new(file, (nint)status));
        Refuse((nint)(&status->Type), (nint)magic, why);
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
        Statx* status = (Statx*)Arena.Take(sizeof(Statx));
        Call(SystemCall.statx, new(Here, Text(path), (nint)AtFlags.AT_SYMLINK_NOFOLLOW, 0, (nint)status));
        Add(new Step
        {
            Kind = StepKind.Expect,
            Result = Step.NoResult,
            A = (nint)(&status->SpecialMajor),
            B = (nint)(major | ((ulong)minor << 32)),
            C = (nint)Errno.ENODEV,
            D = Text($"device {major}:{minor}"),
            E = AllBits,
        });
    }
}
