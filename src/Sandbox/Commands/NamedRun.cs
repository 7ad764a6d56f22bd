using Microsoft.Win32.SafeHandles;
using Sandbox.Cgroups;
using Sandbox.CommandLine;
using Sandbox.Launch;
using Sandbox.Plan;
using Sandbox.Rootfs;
using Sandbox.Spec;
using Sandbox.State;
using Sandbox.Supervisor;
using Sandbox.Syscalls;

namespace Sandbox.Commands;

/// <summary>
/// A run that other commands can find: it has a name in the directory of running state from the first moment to the last,
/// lets commands in, and leaves behind how it ended. Detached, it keeps what the command writes.
/// </summary>
internal sealed class NamedRun : IDisposable
{
    /// <summary>Before it is killed by 'sandbox stop'.</summary>
    private static readonly TimeSpan _usualPatience = TimeSpan.FromSeconds(10);

    private readonly RunOptions _options;
    private readonly Registration _registration;
    private readonly SocketPair _namespaces = SocketPair.Open();
    private readonly OutputPipes? _pipes;
    private Attendant? _attendant;
    private bool _started;
    private bool _ended;

    private NamedRun(RunOptions options, Registration registration)
    {
        _options = options;
        _registration = registration;
        _pipes = options.Detached ? new OutputPipes(options.Terminal == true) : null;
    }

    public string Id => _registration.Record.Id;

    /// <summary>Where the child sends the terminal of a detached command; null where it has none.</summary>
    public SafeFileHandle? Console => _pipes?.Console;

    /// <summary>Takes the name; null where the run has none, or is only listed.</summary>
    public static NamedRun? Begin(RunOptions options)
    {
        if (!options.IsNamed || options.DryRun)
        {
            return null;
        }

        string id = SandboxName.NewId(), name = options.Name ?? id;
        if (!SandboxName.IsValid(name))
        {
            throw new SandboxException($"cannot name the sandbox '{name}'", SandboxName.Allowed);
        }

        Registration registration = Sandboxes.Open(options).Register(new SandboxRecord
        {
            Id = id,
            Name = name,
            Image = options.Image,
            Command = options.Command,
            Created = Moment.Now,
            Boot = BootId.Current,
            RemovedAtEnd = options.Remove || !options.Detached,
        });
        try
        {
            return new NamedRun(options, registration);
        }
        catch
        {
            registration.Remove();
            registration.Dispose();
            throw;
        }
    }

    /// <summary>Writes down what others need in order to enter.</summary>
    public void Describe(RuntimeSpec spec, LaunchSettings settings, RootfsSource source)
    {
        _registration.Write(_registration.Record with
        {
            Command = spec.Process.Args,
            StopSignal = (int)settings.StopSignal,
            StopTimeout = (long)(_options.StopTimeout ?? _usualPatience).TotalMilliseconds,
            Nested = settings.Nested,
            AllowsGroups = settings.IdMaps.AllowsGroups,
            Filter = SavedSeccomp.Save(_registration.Directory, settings, spec.Process.Capabilities.Bounding),
            TcpPorts = spec.Process.TcpPorts is { } ports ? new SavedPorts(ports.Bind, ports.Connect) : null,
            Volumes = spec.Volumes,
        });
        StateFile.Write(_registration.Directory, SandboxFiles.Config, BundleConfig.Write(spec));
        foreach ((string path, string name) in SavedAccounts.Files)
        {
            StateFile.Write(_registration.Directory, name, TreeFile.Read(source, path, SavedAccounts.LargestFile) ?? []);
        }
    }

    /// <summary>Gives the child its ends of what it shares with the supervisor.</summary>
    public void Fill(SandboxPlan plan)
    {
        plan.Program.Fill(plan.Slots.Namespaces, _namespaces.Child.Descriptor());
        if (_pipes is { Output: { } output, Error: { } error })
        {
            plan.Program.Fill(plan.Slots.Output, output.Descriptor());
            plan.Program.Fill(plan.Slots.Error, error.Descriptor());
            Sandboxes.ReadNothing();
        }
    }

    /// <summary>Waits until the command is executed, and lets others in from then on.</summary>
    /// <param name="process">PID 1.</param>
    /// <param name="cgroup">The sandbox's own; null where it has none.</param>
    /// <param name="signals">Those that give up the start.</param>
    /// <param name="budget">What the command may write; null for as much as it likes.</param>
    public void Open(SandboxProcess process, Cgroup? cgroup, SafeFileHandle signals, OutputBudget? budget)
    {
        _pipes?.CloseChilds();
        _namespaces.Child.Dispose();
        AwaitStart(process, signals);
        NamespaceFiles namespaces = NamespaceFiles.Receive(() => Libc.TryReceiveDescriptor(_namespaces.Launcher)
            ?? throw SandboxException.FromLastError("cannot take a namespace from the sandbox"));

        // Not owned: this process needs both of them for longer than commands are let in.
        SafeFileHandle? directory = cgroup is null ? null : new SafeFileHandle(cgroup.Directory.Descriptor(), ownsHandle: false);
        SandboxHandles handles = new(new SafeFileHandle(process.PidFd, ownsHandle: false), namespaces, directory);
        LogPump? log = _pipes is null ? null : new LogPump(_pipes, new LogWriter(_registration.Directory, (long)_options.LogSize), budget);
        _attendant = new Attendant(HandOver.Listen(_registration.Directory, handles), log);
        _registration.Run(process.Pid, cgroup?.Path);
        _started = true;
    }

    /// <summary>The command has ended: takes the last of what it wrote, and lets nobody in any more.</summary>
    public void Close()
    {
        _attendant?.Dispose();
        _attendant = null;
    }

    /// <summary>Nothing of the sandbox is left.</summary>
    public void End(int code)
    {
        Close();
        _registration.End(code);
        _ended = true;
    }

    public void Dispose()
    {
        Close();
        _pipes?.Dispose();
        _namespaces.Dispose();
        if (!_ended && _started)
        {
            End(SandboxException.ExitCodeOfSandbox);
        }
        else if (!_ended)
        {
            // It never ran: there is nothing to be looked at.
            _registration.Remove();
        }

        _registration.Dispose();
    }

    private static unsafe void AwaitStart(SandboxProcess process, SafeFileHandle signals)
    {
        PollDescriptor* waited = stackalloc PollDescriptor[2];
        waited[0] = new PollDescriptor { Descriptor = process.ReportDescriptor, Events = PollEvents.POLLIN };
        waited[1] = PollDescriptor.On(signals, PollEvents.POLLIN);
        while (Libc.poll(waited, 2, -1) < 0 || waited[0].Returned == PollEvents.None)
        {
            if (waited[1].Returned != PollEvents.None && Supervision.TakesEnd(signals))
            {
                throw new SandboxException("cannot start the sandbox", "it was given up");
            }
        }

        process.WaitForStart();
    }
}
