using System.Text;

namespace Sandbox.Cgroups;

/// <summary>Reads and writes the lists of controllers that cgroup.controllers and cgroup.subtree_control hold.</summary>
internal static class ControllerNames
{
    // A table of its own: Enum.ToString would read the type's metadata.
    private static ReadOnlySpan<string> Names => new[] { "cpuset", "cpu", "io", "memory", "hugetlb", "pids", "rdma", "misc" };

    /// <summary>The controllers of a list divided by blanks; those without a limit here are passed over.</summary>
    public static Controllers Read(ReadOnlySpan<char> list)
    {
        Controllers found = Controllers.None;
        foreach (Range word in list.SplitAny(' ', '\n'))
        {
            found |= Find(list[word]);
        }

        return found;
    }

    /// <summary>The controller of an interface file: its name up to the first dot. None for cgroup.* and for what nobody knows.</summary>
    public static Controllers OfFile(string file)
    {
        int dot = file.IndexOf('.', StringComparison.Ordinal);
        return dot < 0 ? Controllers.None : Find(file.AsSpan(0, dot));
    }

    /// <summary>Their names, divided by blanks, each behind <paramref name="sign"/>.</summary>
    public static string Write(Controllers controllers, string sign = "")
    {
        StringBuilder list = new();
        for (int i = 0; i < Names.Length; i++)
        {
            if (((int)controllers & (1 << i)) != 0)
            {
                list.Append(list.Length == 0 ? "" : " ").Append(sign).Append(Names[i]);
            }
        }

        return list.ToString();
    }

    private static Controllers Find(ReadOnlySpan<char> name)
    {
        for (int i = 0; i < Names.Length; i++)
        {
            if (name.SequenceEqual(Names[i]))
            {
                return (Controllers)(1 << i);
            }
        }

        return Controllers.None;
    }
}
