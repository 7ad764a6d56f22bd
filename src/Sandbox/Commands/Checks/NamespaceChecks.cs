using Sandbox.Plan;
using Sandbox.Rootfs;
using Sandbox.Spec;
using Sandbox.Steps;
using Sandbox.Syscalls;

namespace Sandbox.Commands;

/// <summary>What a sandbox is made of: namespaces, ids, and the file systems that can be mounted in them.</summary>
internal static class NamespaceChecks
{
    private const uint OwnerOnly = 0x1C0;

    public static IEnumerable<CheckRow> Try(SandboxIds ids, Store store)
    {
        CloneFlags user = ids.Maps.HasUserNamespace ? CloneFlags.CLONE_NEWUSER : CloneFlags.None;
        const CloneFlags others = CloneFlags.CLONE_NEWNS | CloneFlags.CLONE_NEWPID | CloneFlags.CLONE_NEWIPC | CloneFlags.CLONE_NEWUTS |
            CloneFlags.CLONE_NEWCGROUP | CloneFlags.CLONE_NEWNET;
        Attempt inMounts = new(ids.OfSandbox, user | CloneFlags.CLONE_NEWNS | CloneFlags.CLONE_NEWPID);

        yield return CheckRow.Of("user namespace", () => Made(ids, user, static _ => { }), needed: true);
        yield return CheckRow.Of("ids", () => Made(ids, user, program => IdMapPlan.BecomeRoot(program, ids.OfSandbox), Described(ids.Maps)), needed: true);
        yield return CheckRow.Of("other namespaces", () => Made(ids, user | others, NamespacePlan.KeepMountsPrivate, "mount, pid, ipc, uts, cgroup, network"), needed: true);
        yield return CheckRow.Of("overlay", () => Mounted(inMounts, program => MountOverlay(program, ids, store), $"mounted on {store.Path}"), needed: true);
        yield return CheckRow.Of("a new /proc", () => Mounted(inMounts, program => MountNew(program, ids, store, "proc"), "mounted"), needed: true);
    }

    private static string Made(SandboxIds ids, CloneFlags namespaces, Action<ProgramBuilder> steps, string found = "made")
    {
        new Attempt(ids.OfSandbox, namespaces).Run(steps);
        return ids.Maps.HasUserNamespace ? found : "not used (--userns host)";
    }

    private static string Mounted(Attempt attempt, Action<ProgramBuilder> steps, string found)
    {
        attempt.Run(steps);
        return found;
    }

    private static string Described(IdMaps maps)
    {
        ulong count = 0;
        foreach (IdMapping line in maps.Uids)
        {
            count += line.Size;
        }

        return count switch
        {
            0 => "all of the machine's",
            1 => "one: the groups of the caller stay in force inside",
            _ => $"{count} mapped",
        };
    }

    /// <summary>As a launch does it: layers of the store below, changes in a tmpfs over its directory "mnt".</summary>
    private static void MountOverlay(ProgramBuilder program, SandboxIds ids, Store store)
    {
        NamespacePlan.KeepMountsPrivate(program);
        EnterTmpfs(program, ids, store);
        program.For("mount an overlay", static errno => errno == Errno.ENODEV ? "as root: modprobe overlay" : null);
        foreach (string name in (ReadOnlySpan<string>)["lower", "upper", "work", "merged"])
        {
            program.MakeDirectory(name, OwnerOnly);
        }

        program.Mount("overlay", "merged", "overlay", MountFlags.MS_NODEV, "lowerdir=lower,upperdir=upper,workdir=work,userxattr");
    }

    private static void MountNew(ProgramBuilder program, SandboxIds ids, Store store, string type)
    {
        NamespacePlan.KeepMountsPrivate(program);
        EnterTmpfs(program, ids, store);
        program.MakeDirectory("new", OwnerOnly);
        program.For($"mount a new {type}", static errno => errno == Errno.EPERM
            ? "the machine's own is partly hidden, as inside another container: start that one with --security-opt unmask=/proc/* (podman), --security-opt systempaths=unconfined (docker)"
            : null);
        program.Mount(type, "new", type, MountFlags.MS_NOSUID | MountFlags.MS_NODEV | MountFlags.MS_NOEXEC);
    }

    private static void EnterTmpfs(ProgramBuilder program, SandboxIds ids, Store store)
    {
        program.For("mount a tmpfs");
        program.ChangeDirectory(store.Path);
        program.Mount("tmpfs", "mnt", "tmpfs", MountFlags.MS_NOSUID | MountFlags.MS_NODEV, "size=1m,mode=700,uid=0,gid=0");
        program.ChangeDirectory("mnt");

        // As a launch does, for which nothing can be made before it has an id inside.
        IdMapPlan.BecomeRoot(program, ids.OfSandbox);
    }
}
