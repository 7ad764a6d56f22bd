using System.Collections.Immutable;

namespace Sandbox.Cgroups;

/// <summary>The little of systemd's manager that is needed: a transient scope around processes that are there already, its limits, and the way into it.</summary>
/// <param name="direct">Whether the connection is to the manager itself; else there is a bus, which wants to be greeted.</param>
internal sealed class ScopeStarter(BusConnection connection, bool direct) : IDisposable
{
    private const string Name = "org.freedesktop.systemd1", Path = "/org/freedesktop/systemd1", Interface = "org.freedesktop.systemd1.Manager";
    private const string Bus = "org.freedesktop.DBus";

    /// <summary>The bus of the machine's manager, below /run.</summary>
    public const string BusOfMachine = "/dbus/system_bus_socket";

    /// <summary>Where the manager of the user has its sockets; null where that is not said.</summary>
    public static string? RuntimeOfUser => Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR") is { Length: > 0 } directory ? directory : null;

    /// <summary>The manager that has its sockets in a directory; null where nobody answers. Its own socket first: there it answers without a bus daemon in between.</summary>
    public static ScopeStarter? TryConnect(string runtime, string bus = "/bus")
    {
        BusConnection? connection = BusConnection.TryConnect(runtime + "/systemd/private");
        bool direct = connection is not null;
        connection ??= BusConnection.TryConnect(runtime + bus);
        return connection is null ? null : new ScopeStarter(connection, direct);
    }

    /// <summary>Connects to the manager whose scope a directory is: a user's is below his service. Null where it does not answer.</summary>
    public static ScopeStarter? TryConnectTo(string scope)
    {
        const string service = "/user@";
        int user = scope.LastIndexOf(service, StringComparison.Ordinal);
        if (user < 0)
        {
            return TryConnect("/run", BusOfMachine);
        }

        ReadOnlySpan<char> rest = scope.AsSpan(user + service.Length);
        return TryConnect(RuntimeOfUser ?? $"/run/user/{rest[..rest.IndexOf('.')]}");
    }

    /// <summary>Starts a scope that is delegated to this user, and waits until its job is done.</summary>
    public void StartScope(string name, IReadOnlyList<int> members, ImmutableArray<ScopeProperty> limits, string? slice)
    {
        Greet();
        uint serial = connection.Call(new BusCall(Name, Path, Interface, "StartTransientUnit", "ssa(sv)a(sa(sv))", body => body
            .Text(name).Text("fail")
            .List(8, properties =>
            {
                properties.Align(8).Text("Description").Signature("s").Text("sandbox");
                properties.Align(8).Text("Delegate").Signature("b").Number(1);
                properties.Align(8).Text("CollectMode").Signature("s").Text("inactive-or-failed");
                _ = slice is null ? properties : properties.Align(8).Text("Slice").Signature("s").Text(slice);
                Add(properties, limits);
                properties.Align(8).Text("PIDs").Signature("au").List(4, pids => Add(pids, members));
            })
            .List(8, static _ => { })));
        AwaitJob(name, serial);
    }

    /// <summary>Moves a process to a directory beneath a unit's own, where that is delegated to this user: systemd may, where the kernel does not let him.</summary>
    /// <param name="beneath">From the unit on: /box.</param>
    public void Attach(string unit, string beneath, int pid)
    {
        Greet();
        uint serial = connection.Call(new BusCall(Name, Path, Interface, "AttachProcessesToUnit", "ssau", body => body
            .Text(unit).Text(beneath).List(4, pids => Add(pids, [pid]))));
        AwaitAnswer(serial);
    }

    /// <summary>Changes properties of a scope for as long as it is there.</summary>
    public void Set(string name, ImmutableArray<ScopeProperty> properties)
    {
        Greet();
        uint serial = connection.Call(new BusCall(Name, Path, Interface, "SetUnitProperties", "sba(sv)", body => body
            .Text(name).Number(1).List(8, list => Add(list, properties))));
        AwaitAnswer(serial);
    }

    /// <summary>Has a scope ended.</summary>
    public void Stop(string name)
    {
        Greet();
        uint serial = connection.Call(new BusCall(Name, Path, Interface, "StopUnit", "ss", body => body.Text(name).Text("replace")));
        AwaitAnswer(serial);
    }

    public void Dispose() => connection.Dispose();

    private static void Add(BusWriter list, IReadOnlyList<int> pids)
    {
        foreach (int pid in pids)
        {
            list.Number((uint)pid);
        }
    }

    private static void Add(BusWriter list, ImmutableArray<ScopeProperty> properties)
    {
        foreach (ScopeProperty property in properties)
        {
            property.WriteTo(list);
        }
    }

    private void AwaitAnswer(uint serial)
    {
        BusMessage message;
        do
        {
            message = connection.Receive();
            ThrowIfRefused(message, serial);
        }
        while (message.Type != BusMessageType.MethodReturn || message.ReplySerial != serial);
    }

    private static void ThrowIfRefused(BusMessage message, uint serial)
    {
        if (message.Type == BusMessageType.Error && message.ReplySerial == serial)
        {
            throw BusConnection.Failure(message.Values() is [{ } why, ..] ? why : message.ErrorName);
        }
    }

    /// <summary>A bus gives a name first, and hands on only the signals that were asked for.</summary>
    private void Greet()
    {
        if (direct)
        {
            return;
        }

        connection.Call(new BusCall(Bus, "/org/freedesktop/DBus", Bus, "Hello", "", static _ => { }));
        connection.Call(new BusCall(Bus, "/org/freedesktop/DBus", Bus, "AddMatch", "s",
            static body => body.Text($"type='signal',interface='{Interface}',member='JobRemoved',path='{Path}'")));
        connection.Call(new BusCall(Name, Path, Interface, "Subscribe", "", static _ => { }));
    }

    /// <summary>JobRemoved (number, job, unit, result); it may come before the answer to the call.</summary>
    private void AwaitJob(string name, uint serial)
    {
        while (true)
        {
            BusMessage message = connection.Receive();
            ThrowIfRefused(message, serial);
            if (message is { Type: BusMessageType.Signal, Member: "JobRemoved" } && message.Values() is [_, _, { } unit, { } result] && unit == name)
            {
                if (result != "done")
                {
                    throw BusConnection.Failure($"the scope {name} could not be started: {result}");
                }

                return;
            }
        }
    }
}
