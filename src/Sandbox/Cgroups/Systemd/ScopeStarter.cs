namespace Sandbox.Cgroups;

/// <summary>The little of systemd's manager that is needed: a transient scope around a process that is there already.</summary>
/// <param name="direct">Whether the connection is to the manager itself; else there is a bus, which wants to be greeted.</param>
internal sealed class ScopeStarter(BusConnection connection, bool direct) : IDisposable
{
    private const string Name = "org.freedesktop.systemd1", Path = "/org/freedesktop/systemd1", Interface = "org.freedesktop.systemd1.Manager";
    private const string Bus = "org.freedesktop.DBus";

    /// <summary>Starts a scope that is delegated to this user, and waits until its job is done.</summary>
    public void StartScope(string name, int pid, string? slice = null)
    {
        if (!direct)
        {
            Greet();
        }

        uint serial = connection.Call(new BusCall(Name, Path, Interface, "StartTransientUnit", "ssa(sv)a(sa(sv))", body => body
            .Text(name).Text("fail")
            .List(8, properties =>
            {
                properties.Align(8).Text("Description").Signature("s").Text("sandbox");
                properties.Align(8).Text("Delegate").Signature("b").Number(1);
                properties.Align(8).Text("CollectMode").Signature("s").Text("inactive-or-failed");
                _ = slice is null ? properties : properties.Align(8).Text("Slice").Signature("s").Text(slice);
                properties.Align(8).Text("PIDs").Signature("au").List(4, pids => pids.Number((uint)pid));
            })
            .List(8, static _ => { })));
        AwaitJob(name, serial);
    }

    public void Dispose() => connection.Dispose();

    /// <summary>A bus gives a name first, and hands on only the signals that were asked for.</summary>
    private void Greet()
    {
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
            if (message.Type == BusMessageType.Error && message.ReplySerial == serial)
            {
                throw BusConnection.Failure(message.Values() is [{ } why, ..] ? why : message.ErrorName);
            }

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
