using System.Runtime.InteropServices;
using System.Text;
using Sandbox.Syscalls;

namespace Sandbox.Steps;

/// <content>One method a system call: what the kernel calls flags is an enum, what it calls a descriptor is a slot.</content>
internal sealed unsafe partial class ProgramBuilder
{
    /// <summary>setpgid(2): a process group of its own.</summary>
    public void SetProcessGroup() => Call(SystemCall.setpgid, default);

    /// <summary>setsid(2).</summary>
    public void SetSession() => Call(SystemCall.setsid, default);

    /// <summary>unshare(2).</summary>
    public void Unshare(CloneFlags namespaces) => Call(SystemCall.unshare, new((nint)namespaces));

    /// <summary>prctl(2) with one argument.</summary>
    public void Prctl(PrctlOption option, nint value, Errno tolerated = Errno.None) =>
        Call(SystemCall.prctl, new((nint)option, value), tolerated: tolerated);

    /// <summary>prctl(PR_CAP_AMBIENT).</summary>
    public void PrctlAmbient(AmbientOperation operation, nint capability = 0) =>
        Call(SystemCall.prctl, new((nint)PrctlOption.PR_CAP_AMBIENT, (nint)operation, capability));

    /// <summary>close(2).</summary>
    public void Close(Slot descriptor) => Call(SystemCall.close, new(descriptor));

    /// <summary>dup3(2) onto a number; the copy stays open when the process is executed.</summary>
    public void DuplicateTo(Slot descriptor, int number) => Call(SystemCall.dup3, new(descriptor, number));

    /// <summary>fcntl(F_DUPFD_CLOEXEC): a copy with a number that is not below <paramref name="lowest"/>.</summary>
    public Slot DuplicateAbove(Slot descriptor, int lowest)
    {
        const nint F_DUPFD_CLOEXEC = 1030;
        Slot copy = NewSlot(_slots[descriptor.Index]);
        Call(SystemCall.fcntl, new(descriptor, F_DUPFD_CLOEXEC, lowest), copy);
        return copy;
    }

    /// <summary>close_range(2) with CLOSE_RANGE_CLOEXEC: whatever is open from a number up goes when the command is executed.</summary>
    public void CloseAllAtExec(int from = 3)
    {
        const nint CLOSE_RANGE_CLOEXEC = 4;
        Call(SystemCall.close_range, new(from, unchecked((nint)uint.MaxValue), CLOSE_RANGE_CLOEXEC));
    }

    /// <summary>close_range(2) of whatever is open from a number up.</summary>
    public void CloseFrom(int number) => Call(SystemCall.close_range, new(number, unchecked((nint)uint.MaxValue)));

    /// <summary>fcntl(F_SETFD): a descriptor of the caller's stays open when the process is executed.</summary>
    public void KeepAtExec(int descriptor)
    {
        const nint F_SETFD = 2;
        Call(SystemCall.fcntl, new(descriptor, F_SETFD));
    }

    /// <summary>openat(2) relative to the working directory.</summary>
    public Slot Open(string path, OpenFlags flags, uint mode = 0, Errno tolerated = Errno.None)
    {
        Slot file = NewSlot(path);
        Call(SystemCall.openat, new(Here, Text(path), (nint)(flags | OpenFlags.O_CLOEXEC), (nint)mode), file, tolerated);
        return file;
    }

    /// <summary>openat2(2) of a path beneath a root that holds foreign names; a symbolic link on the way is an error (ELOOP).</summary>
    public Slot OpenIn(Slot root, string path, OpenFlags flags, Errno tolerated = Errno.None) =>
        OpenIn(root, path, flags, ResolveFlags.RESOLVE_NO_SYMLINKS, tolerated);

    /// <summary>The same, where symbolic links are followed as the root has them, but none of /proc to what is open somewhere.</summary>
    public Slot OpenInFollowing(Slot root, string path, OpenFlags flags, Errno tolerated = Errno.None) =>
        OpenIn(root, path, flags, ResolveFlags.RESOLVE_NO_MAGICLINKS, tolerated);

    /// <summary>write(2) of a text; it goes in one piece, as it does with the small files that it is used for.</summary>
    public void Write(Slot file, string text) => Call(SystemCall.write, new(file, Text(text), Encoding.UTF8.GetByteCount(text)));

    /// <summary>mkdirat(2) relative to the working directory.</summary>
    public void MakeDirectory(string path, uint mode) => Call(SystemCall.mkdirat, new(Here, Text(path), (nint)mode));

    /// <summary>mknodat(2) of an empty regular file, relative to the working directory.</summary>
    public void MakeFile(string path)
    {
        const nint S_IFREG = 0x8000, permissions = 0x1B6;
        Call(SystemCall.mknodat, new(Here, Text(path), S_IFREG | permissions));
    }

    /// <summary>utimensat(2): access and modification time alike, relative to the working directory.</summary>
    public void SetTimes(string path, TimeSpec time)
    {
        TimeSpec* times = (TimeSpec*)Arena.Take(2 * sizeof(TimeSpec));
        times[0] = time;
        times[1] = time;
        Call(SystemCall.utimensat, new(Here, Text(path), (nint)times));
    }

    /// <summary>symlinkat(2) relative to the working directory.</summary>
    public void MakeSymbolicLink(string target, string path, Errno tolerated = Errno.None) =>
        Call(SystemCall.symlinkat, new(Text(target), Here, Text(path)), tolerated: tolerated);

    /// <summary>symlinkat(2) in a directory; nothing where that is absent.</summary>
    public void MakeSymbolicLink(string target, Slot directory, string name, Errno tolerated = Errno.None) =>
        Call(SystemCall.symlinkat, new(Text(target), directory, Text(name)), tolerated: tolerated);

    /// <summary>fchdir(2).</summary>
    public void ChangeDirectory(Slot directory) => Call(SystemCall.fchdir, new(directory));

    /// <summary>chdir(2).</summary>
    public void ChangeDirectory(string path) => Call(SystemCall.chdir, new(Text(path)));

    /// <summary>sethostname(2).</summary>
    public void SetHostname(string name) => Call(SystemCall.sethostname, new(Text(name), Encoding.UTF8.GetByteCount(name)));

    /// <summary>umask(2).</summary>
    public void SetUmask(uint mask) => Call(SystemCall.umask, new((nint)mask));

    /// <summary>prlimit(2) of the calling process.</summary>
    public void SetLimit(ResourceLimit resource, ulong soft, ulong hard, Errno tolerated = Errno.None)
    {
        ResourceLimitValue* value = Arena.Put(new ResourceLimitValue { Soft = soft, Hard = hard });
        Call(SystemCall.prlimit64, new(0, (nint)resource, (nint)value), tolerated: tolerated);
    }

    /// <summary>setgroups(2).</summary>
    public void SetGroups(ReadOnlySpan<uint> groups)
    {
        byte* list = Arena.Put(MemoryMarshal.AsBytes(groups));
        Call(SystemCall.setgroups, new(groups.Length, (nint)list));
    }

    /// <summary>setresgid(2), all three ids alike.</summary>
    public void SetGroupId(uint id) => Call(SystemCall.setresgid, new((nint)id, (nint)id, (nint)id));

    /// <summary>setresuid(2), all three ids alike.</summary>
    public void SetUserId(uint id) => Call(SystemCall.setresuid, new((nint)id, (nint)id, (nint)id));

    /// <summary>capset(2), bit n of each set being capability n.</summary>
    public void SetCapabilities(ulong effective, ulong permitted, ulong inheritable)
    {
        CapabilityHeader* header = Arena.Put(new CapabilityHeader { Version = CapabilityHeader.Version3 });
        CapabilityData* data = Arena.Put(new CapabilityData
        {
            EffectiveLow = (uint)effective,
            EffectiveHigh = (uint)(effective >> 32),
            PermittedLow = (uint)permitted,
            PermittedHigh = (uint)(permitted >> 32),
            InheritableLow = (uint)inheritable,
            InheritableHigh = (uint)(inheritable >> 32),
        });
        Call(SystemCall.capset, new((nint)header, (nint)data));
    }

    /// <summary>keyctl(KEYCTL_JOIN_SESSION_KEYRING) without a name: a new keyring that no other session finds.</summary>
    public void JoinSessionKeyring() => Call(SystemCall.keyctl, new((nint)KeyOperation.KEYCTL_JOIN_SESSION_KEYRING));

    /// <summary>seccomp(SECCOMP_SET_MODE_FILTER) with a classic BPF program of 8-byte instructions.</summary>
    /// <param name="listener">Takes the descriptor that the filter reports to, where the flags ask for one.</param>
    public void SetSeccompFilter(ReadOnlySpan<ulong> instructions, FilterFlags flags = FilterFlags.None, Slot? listener = null) =>
        Call(SystemCall.seccomp, new((nint)SeccompOperation.SECCOMP_SET_MODE_FILTER, (nint)flags, PutFilter(instructions)), listener);

    /// <summary>landlock_create_ruleset(2).</summary>
    public Slot LandlockRuleset(LandlockAccess files, LandlockScope scoped, LandlockNetwork network = LandlockNetwork.None)
    {
        Slot ruleset = NewSlot("ruleset");
        LandlockRuleset* attributes = Arena.Put(new LandlockRuleset { Files = (ulong)files, Network = (ulong)network, Scoped = (ulong)scoped });
        Call(SystemCall.landlock_create_ruleset, new((nint)attributes, sizeof(LandlockRuleset)), ruleset);
        return ruleset;
    }

    /// <summary>landlock_add_rule(2) for a TCP port.</summary>
    public void AllowPort(Slot ruleset, LandlockNetwork allowed, ushort port)
    {
        const nint LANDLOCK_RULE_NET_PORT = 2;
        LandlockPort* rule = Arena.Put(new LandlockPort { Allowed = (ulong)allowed, Port = port });
        Call(SystemCall.landlock_add_rule, new(ruleset, LANDLOCK_RULE_NET_PORT, (nint)rule));
    }

    /// <summary>landlock_restrict_self(2).</summary>
    public void LandlockRestrict(Slot ruleset) => Call(SystemCall.landlock_restrict_self, new(ruleset));

    /// <summary>setns(2); the kind is given too, so that a descriptor of anything else is refused.</summary>
    public void SetNamespace(Slot space, CloneFlags kind) => Call(SystemCall.setns, new(space, (nint)kind));

    /// <summary>A struct sock_fprog in the arena, over a copy of the instructions.</summary>
    public nint PutFilter(ReadOnlySpan<ulong> instructions) => (nint)Arena.Put(new FilterProgram
    {
        Length = checked((ushort)instructions.Length),
        Instructions = (nint)Arena.Put(MemoryMarshal.AsBytes(instructions)),
    });

    /// <summary>rt_sigaction(2) to the default action.</summary>
    public void ResetSignal(Signal signal)
    {
        KernelSignalAction* action = Arena.Put(default(KernelSignalAction));
        Call(SystemCall.rt_sigaction, new((nint)signal, (nint)action, 0, sizeof(ulong)));
    }

    /// <summary>rt_sigprocmask(SIG_SETMASK).</summary>
    public void SetSignalMask(ulong mask)
    {
        ulong* set = Arena.Put(mask);
        Call(SystemCall.rt_sigprocmask, new((nint)SignalMaskChange.SIG_SETMASK, (nint)set, 0, sizeof(ulong)));
    }

    /// <summary>signalfd4(2).</summary>
    public Slot SignalDescriptor(ulong mask)
    {
        Slot signals = NewSlot("signals");
        ulong* set = Arena.Put(mask);
        Call(SystemCall.signalfd4, new(-1, (nint)set, sizeof(ulong), (nint)(SignalFdFlags.SFD_CLOEXEC | SignalFdFlags.SFD_NONBLOCK)), signals);
        return signals;
    }

    /// <summary>socket(2).</summary>
    public Slot Socket(AddressFamily family, SocketType type)
    {
        Slot socket = NewSlot("socket");
        Call(SystemCall.socket, new((nint)family, (nint)(type | SocketType.SOCK_CLOEXEC)), socket);
        return socket;
    }

    /// <summary>ioctl(SIOCSIFFLAGS) of the loopback interface.</summary>
    public void SetLoopbackFlags(Slot socket, short flags)
    {
        InterfaceRequest* lo = Arena.Put(new InterfaceRequest { NameLow = 'l' | ('o' << 8), Flags = flags });
        Call(SystemCall.ioctl, new(socket, (nint)SocketRequest.SIOCSIFFLAGS, (nint)lo));
    }

    private Slot OpenIn(Slot root, string path, OpenFlags flags, ResolveFlags links, Errno tolerated)
    {
        Slot file = NewSlot(path);
        OpenHow* how = Arena.Put(new OpenHow
        {
            Flags = (ulong)(flags | OpenFlags.O_CLOEXEC),
            Resolve = (ulong)(ResolveFlags.RESOLVE_IN_ROOT | links),
        });
        Call(SystemCall.openat2, new(root, Text(path), (nint)how, sizeof(OpenHow)), file, tolerated);
        return file;
    }
}
