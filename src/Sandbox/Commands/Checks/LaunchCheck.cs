using Sandbox.Launch;
using Sandbox.Plan;
using Sandbox.Rootfs;
using Sandbox.Spec;
using Sandbox.Syscalls;

namespace Sandbox.Commands;

/// <summary>A whole launch, up to the point where the command would be found: the image is an empty directory.</summary>
internal static class LaunchCheck
{
    private const int NotFound = 127;

    public static CheckRow Try(SandboxIds ids, StoreAccess access) => CheckRow.Of("a whole launch", () => Launch(ids, access), needed: true);

    private static string Launch(SandboxIds ids, StoreAccess access)
    {
        using DiskScratch empty = DiskScratch.Create(access.Store, ids.Key);
        try
        {
            SandboxPlan plan = LaunchOrder.Compile(Specify(ids.Maps), new LaunchSettings
            {
                StorePath = access.Store.Path,
                RootDirectory = Path.Combine(access.Store.Path, empty.Upper),
                IdMappedLayers = ids.MapsLayers,
                IdMaps = ids.OfSandbox,
                Kernel = Machine.Kernel,
                LandlockVersion = Libc.GetLandlockVersion(),
                SignalMask = BeforeRuntime.SignalMask,
                OwnExecutable = OwnProcess.Executable,
            });
            using SandboxProcess process = Launcher.Start(
                plan, ids.MapsLayers ? users => MappedLayers.Open(users, Libc.openat(Libc.AT_FDCWD, Path.Combine(access.Store.Path, empty.Upper), OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY | OpenFlags.O_CLOEXEC, 0), ["."]) : null);
            process.Wait();
        }
        catch (SandboxException failure) when (failure.ExitCode == NotFound)
        {
            // All steps before the look for the command have been done, and this was the last.
        }
        finally
        {
            empty.Remove(access.Remover);
        }

        return "works";
    }

    private static RuntimeSpec Specify(IdMaps maps) => new()
    {
        Process = new ProcessSpec { Args = ["/nothing"], Env = [] },
        Mounts = [.. DefaultMounts.Of(maps, hostNetwork: false)],
        Linux = new LinuxSpec
        {
            Namespaces = NamespaceFlags.CLONE_NEWNS | NamespaceFlags.CLONE_NEWPID | NamespaceFlags.CLONE_NEWIPC | NamespaceFlags.CLONE_NEWUTS |
                NamespaceFlags.CLONE_NEWCGROUP | NamespaceFlags.CLONE_NEWNET | (maps.HasUserNamespace ? NamespaceFlags.CLONE_NEWUSER : NamespaceFlags.None),
            MaxUserNamespaces = maps.HasUserNamespace ? 0 : null,
            MaskedPaths = DefaultPaths.Masked(0),
            ReadonlyPaths = DefaultPaths.ReadOnly,
        },
    };
}
