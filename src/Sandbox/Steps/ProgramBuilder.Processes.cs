using System.Globalization;
using System.Text;
using Sandbox.Syscalls;

namespace Sandbox.Steps;

/// <content>What a process is to the kernel, beside its rights: namespaces, scheduling, where its memory comes from.</content>
internal sealed unsafe partial class ProgramBuilder
{
    /// <summary>setns(2) where it is allowed already; the slot is then empty, so that a later try is passed over.</summary>
    public void TryNamespace(Slot space, CloneFlags kind) => Add(new Step
    {
        Kind = StepKind.TryNamespace,
        Result = Step.NoResult,
        A = space.Index,
        B = (nint)kind,
        Tolerated = (int)Errno.EPERM,
    });

    /// <summary>The procfs of a PID namespace, attached nowhere, for who is not in it: a new one, or before Linux 6.17 a copy of what a process in there has.</summary>
    public Slot OpenProcesses(Slot space, int inhabitant)
    {
        string directory = string.Create(CultureInfo.InvariantCulture, $"/proc/{inhabitant}/");
        Slot tree = NewSlot("procfs");
        Add(new Step
        {
            Kind = StepKind.OpenProcesses,
            Result = tree.Index,
            SlotArguments = 1,
            A = space.Index,
            B = (nint)Arena.Put(new ProcessesImage
            {
                Mounts = Arena.Text(directory + "ns/mnt"),
                Root = Arena.Text(directory + "root"),
                Name = Arena.Text("proc"),
                Option = Arena.Text("pidns"),
                First = Arena.Text("1/ns/pid"),
            }),
        });
        return tree;
    }

    /// <summary>A child of the launcher's goes on with the program, in namespaces of these kinds that are new; this process tells the launcher its PID, and ends.</summary>
    public void HandOver(CloneFlags namespaces)
    {
        Add(new Step { Kind = StepKind.HandOver, Result = Step.NoResult, A = (nint)namespaces });
    }

    /// <summary>
    /// The same, where one of the namespaces is a user namespace below this process's: its ids are mapped before the
    /// launcher hears of it.
    /// </summary>
    /// <param name="uids">As uid_map takes them; what is above is this process's namespace.</param>
    /// <param name="gids">As gid_map takes them.</param>
    public void HandOver(CloneFlags namespaces, string uids, string gids)
    {
        IdMapImage* maps = Arena.Put(new IdMapImage
        {
            Uids = (byte*)Text(uids),
            UidsLength = Encoding.UTF8.GetByteCount(uids),
            Gids = (byte*)Text(gids),
            GidsLength = Encoding.UTF8.GetByteCount(gids),
        });
        Add(new Step { Kind = StepKind.HandOver, Result = Step.NoResult, A = (nint)namespaces, B = (nint)maps });
    }

    /// <summary>setdomainname(2).</summary>
    public void SetDomainname(string name) => Call(SystemCall.setdomainname, new(Text(name), Encoding.UTF8.GetByteCount(name)));

    /// <summary>personality(2).</summary>
    public void SetPersonality(uint domain, Errno tolerated = Errno.None) => Call(SystemCall.personality, new((nint)domain), tolerated: tolerated);

    /// <summary>sched_setattr(2) of the calling process.</summary>
    public void SetScheduler(SchedulingAttributes attributes) => Call(SystemCall.sched_setattr, new(0, (nint)Arena.Put(attributes)));

    /// <summary>sched_setaffinity(2) of the calling process.</summary>
    public void SetAffinity(ReadOnlySpan<int> processors)
    {
        (nint mask, int bits) = Mask(processors);
        Call(SystemCall.sched_setaffinity, new(0, bits / 8, mask));
    }

    /// <summary>ioprio_set(2) of the calling process.</summary>
    public void SetIoPriority(IoClass kind, int priority)
    {
        const nint IOPRIO_WHO_PROCESS = 1;
        const int IOPRIO_CLASS_SHIFT = 13;
        Call(SystemCall.ioprio_set, new(IOPRIO_WHO_PROCESS, 0, ((int)kind << IOPRIO_CLASS_SHIFT) | priority));
    }

    /// <summary>set_mempolicy(2); no nodes are no mask.</summary>
    public void SetMemoryPolicy(MemoryPolicy policy, ReadOnlySpan<int> nodes)
    {
        if (nodes.IsEmpty)
        {
            Call(SystemCall.set_mempolicy, new((nint)policy));
            return;
        }

        // The kernel reads one bit less than it is told (get_nodes in mm/mempolicy.c).
        (nint mask, int bits) = Mask(nodes);
        Call(SystemCall.set_mempolicy, new((nint)policy, mask, bits + 1));
    }

    /// <summary>mknodat(2) of a character device, relative to the working directory, for everybody.</summary>
    public void MakeDevice(string path, uint major, uint minor)
    {
        const nint permissions = 0x1B6;
        Call(SystemCall.mknodat, new(Here, Text(path), (nint)FileType.S_IFCHR | permissions, DeviceNumber(major, minor)));
    }

    /// <summary>
    /// Makes a node at a path beneath a root of foreign names, with the directories on the way. One that is there already
    /// must be the same; anything else is EEXIST.
    /// </summary>
    public void MakeNode(Slot root, string path, uint mode, uint major, uint minor, uint uid, uint gid) => Add(new Step
    {
        Kind = StepKind.MakeNode,
        Result = Step.NoResult,
        SlotArguments = 1,
        A = root.Index,
        B = Text(path.Trim('/')),
        C = (nint)Arena.Put(new NodeImage { Mode = mode, Device = (uint)DeviceNumber(major, minor), Major = major, Minor = minor, Uid = uid, Gid = gid }),
    });

    /// <summary>Copies all that is in a directory into another, which is empty.</summary>
    public void CopyTree(Slot from, Slot to) =>
        Add(new Step { Kind = StepKind.CopyTree, Result = Step.NoResult, SlotArguments = 1 | 2, A = from.Index, B = to.Index });

    /// <summary>Gives a directory the permission bits of another.</summary>
    public void CopyMode(Slot from, Slot to) =>
        Add(new Step { Kind = StepKind.CopyMode, Result = Step.NoResult, SlotArguments = 1 | 2, A = from.Index, B = to.Index });

    /// <summary>new_encode_dev of linux/kdev_t.h.</summary>
    private static nint DeviceNumber(uint major, uint minor) => (nint)((minor & 0xFF) | (major << 8) | ((minor & ~0xFFu) << 12));

    /// <summary>A bit for each number, in whole words as the kernel reads them.</summary>
    private (nint Address, int Bits) Mask(ReadOnlySpan<int> numbers)
    {
        int words = 1;
        foreach (int number in numbers)
        {
            words = Math.Max(words, (number / 64) + 1);
        }

        ulong* mask = (ulong*)Arena.Take(words * sizeof(ulong));
        foreach (int number in numbers)
        {
            mask[number / 64] |= 1UL << (number % 64);
        }

        return ((nint)mask, words * 64);
    }
}
