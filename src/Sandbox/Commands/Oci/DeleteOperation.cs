using Sandbox.CommandLine;
using Sandbox.Containers;

namespace Sandbox.Commands;

/// <summary><c>delete</c>: removes containers that have stopped; with <c>--force</c> it stops them first.</summary>
internal static class DeleteOperation
{
    public static int Run(OciDeleteOptions options, OciContext context)
    {
        Delete(options.Id, options.Force, context);
        foreach (string id in options.More)
        {
            Delete(id, options.Force, context);
        }

        return 0;
    }

    private static void Delete(string id, bool force, OciContext context)
    {
        if (ContainerDirectory.TryOpen(context.Root, id) is not { } directory)
        {
            RequireForce(id, force);
            return;
        }

        using (directory)
        {
            if (force && directory.ReadState() is { } running)
            {
                // Before the lock: a create that has it ends with its child.
                ContainerEnd.Kill(running);
            }

            if (!directory.Lock())
            {
                RequireForce(id, force);
            }
            else if (directory.ReadState() is { } state)
            {
                Container container = new(directory, state);
                ContainerRemoval.Check(container);
                ContainerRemoval.Remove(container, context);
            }
            else
            {
                // What a create that was killed has left.
                directory.Remove();
            }
        }
    }

    /// <summary>With <c>--force</c> a container that is not there is no failure: its end is what was wanted.</summary>
    private static void RequireForce(string id, bool force)
    {
        if (!force)
        {
            throw ContainerDirectory.Missing(id);
        }
    }
}
