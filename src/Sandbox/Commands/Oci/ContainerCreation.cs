using System.Globalization;
using Microsoft.Win32.SafeHandles;
using Sandbox.Cgroups;
using Sandbox.CommandLine;
using Sandbox.Containers;
using Sandbox.Launch;
using Sandbox.Network;
using Sandbox.Plan;
using Sandbox.Spec;
using Sandbox.State;
using Sandbox.Steps;
using Sandbox.Syscalls;

namespace Sandbox.Commands;

/// <summary>
/// Makes the container of a bundle, up to the process that waits for start. Whatever fails, nothing of it is left; and
/// whenever this process is killed, the container's ends with it, until everything is written down.
/// </summary>
internal static class ContainerCreation
{
    public static MadeContainer Make(OciCreateOptions options, OciContext context)
    {
        string bundle = Path.TrimEndingDirectorySeparator(AbsolutePath.Of(options.Bundle));
        byte[] config = OciFile.Read(options.Config is { } file ? AbsolutePath.Of(file) : Path.Combine(bundle, ConfigReader.FileName));
        RuntimeSpec spec = BundleDirectory.Resolve(GrantedGroups.Of(GrantedCapabilities.Of(ConfigReader.Read(config, bundle))));
        BecomeSealed(spec.Linux);
        CreationChecks.Check(options, spec);
        PassedDescriptors passed = PassedDescriptors.Of(options);
        spec = spec with { Process = ContainerHome.AddTo(OwnTerminal.Sized(Listening(spec.Process, passed), options.ConsoleSocket), spec.RootPath) };
        foreach (string warning in spec.Warnings.Concat(MountChoice.PassedOver(spec.Mounts)))
        {
            context.Log.Warn(warning);
        }

        ContainerDirectory directory = ContainerDirectory.Create(context.Root, options.Id);
        try
        {
            directory.WriteConfig(config);
            return Make(options, context, directory, passed, spec, Describe(options.Id, bundle, spec));
        }
        catch
        {
            directory.Remove();
            directory.Dispose();
            throw;
        }
    }

    /// <summary>Where no user namespace stands between the container and us, what runs us must not be a file of the host's.</summary>
    public static void BecomeSealed(LinuxSpec linux)
    {
        if (!linux.Namespaces.HasFlag(NamespaceFlags.CLONE_NEWUSER))
        {
            SealedCopy.Become(OwnWords.All);
        }
    }

    /// <summary>The process of a container is told of a service manager's sockets as sd_listen_fds(3) asks for it: by its own number.</summary>
    private static ProcessSpec Listening(ProcessSpec process, PassedDescriptors passed) => passed.Listening == 0
        ? process
        : process with { Env = [.. process.Env, string.Create(CultureInfo.InvariantCulture, $"LISTEN_FDS={passed.Listening}"), "LISTEN_PID=1"] };

    private static MadeContainer Make(
        OciCreateOptions options, OciContext context, ContainerDirectory directory, PassedDescriptors passed, RuntimeSpec spec, ContainerState state)
    {
        using SafeFileHandle gate = StartGate.Open(directory.Handle);
        SandboxCgroup? cgroup = ContainerCgroups.Make(options.Id, spec, context);
        SandboxProcess process;
        SandboxPlan plan;
        TerminalRelay? terminal = null;
        try
        {
            plan = LaunchOrder.Compile(spec, ContainerLaunch.Settings(options, passed, spec, state, cgroup));
            plan.Program.Fill(plan.Slots.Gate, gate.Descriptor());
            using SafeFileHandle? console = ConsoleSocket.Connect(options.ConsoleSocket);
            terminal = OwnTerminal.Open(spec.Process, options.ConsoleSocket);
            process = Launcher.Start(plan, MappedSources.Sender(plan.MappedSources), cgroup, console: console ?? terminal?.Console);
            passed.Close();
        }
        catch
        {
            terminal?.Dispose();
            cgroup?.Dispose();
            throw;
        }

        bool inHooks = true;
        try
        {
            state = state with
            {
                Process = ProcessIdentity.Of(process.Pid),
                LateSteps = ContainerLaunch.LateSteps(plan.Program),
                Cgroup = cgroup?.Directory.Path,
            };
            RunHooks(directory, process, spec.Hooks, state);
            inHooks = false;
            if (plan.EndsInSuccessor)
            {
                process = process.Successor();
                process.Go();
                state = state with { Process = ProcessIdentity.Of(process.Pid) };
            }

            process.AwaitStage(LaunchStage.Created);
            MoveNetDevices(spec.Linux, process.Pid);
            state = state with { IsCreated = true };
            directory.Write(state);
            ProcessFiles.Write(options.PidFile, process.Pid);
            ProcessFiles.SendPidfd(options.PidfdSocket, process.PidFd);
            process.Go();
            directory.Unlock();
            return new MadeContainer(new Container(directory, state), process, terminal);
        }
        catch
        {
            process.Kill();
            process.WaitQuietly();
            cgroup?.Dispose();
            directory.Remove();
            if (inHooks || process.HasFailedInHook)
            {
                // Whoever was told of the container is told of its end (the specification's lifecycle, steps 3 to 5 and 13).
                ContainerRemoval.RunPoststop(spec.Hooks, state, context);
            }

            process.Dispose();
            terminal?.Dispose();
            throw;
        }
    }

    /// <summary>The hooks of the runtime's namespaces; the container's process waits for their end.</summary>
    private static void RunHooks(ContainerDirectory directory, SandboxProcess process, HooksSpec hooks, ContainerState state)
    {
        if (hooks.Prestart.IsEmpty && hooks.CreateRuntime.IsEmpty)
        {
            return;
        }

        process.AwaitStage(LaunchStage.Mounted);

        // They may ask for the state themselves.
        directory.Write(state);
        string report = StateReport.Write(state, ContainerStatus.Creating, compact: true).ToString();
        RuntimeHooks.Run("prestart", hooks.Prestart, state.Bundle, report);
        RuntimeHooks.Run("createRuntime", hooks.CreateRuntime, state.Bundle, report);
        process.Go();
    }

    private static void MoveNetDevices(LinuxSpec linux, int pid)
    {
        List<(string HostName, string Name)> devices = [];
        foreach (NetDeviceSpec device in linux.NetDevices)
        {
            devices.Add((device.HostName, device.Name));
        }

        NetDevices.Move(devices, pid);
    }

    private static ContainerState Describe(string id, string bundle, RuntimeSpec spec) => new()
    {
        Id = id,
        OciVersion = spec.OciVersion,
        Bundle = bundle,
        Rootfs = spec.RootPath ?? "",
        Created = DateTime.UtcNow.ToString("yyyy-MM-ddTHH:mm:ss.fffffffZ", CultureInfo.InvariantCulture),
        Owner = Libc.getuid().ToString(CultureInfo.InvariantCulture),
        Annotations = spec.Annotations,
        LacksProcess = spec.Process.Args.IsEmpty,
        HasPidNamespace = spec.Linux.Namespaces.HasFlag(NamespaceFlags.CLONE_NEWPID),
        HasLateHooks = !spec.Hooks.Poststart.IsEmpty || !spec.Hooks.Poststop.IsEmpty,
    };
}
