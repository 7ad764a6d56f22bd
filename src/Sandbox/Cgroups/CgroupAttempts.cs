using System.Text;

namespace Sandbox.Cgroups;

/// <summary>The places that were looked at for a cgroup, and why each would not do: the words of the failure when none is left.</summary>
internal sealed class CgroupAttempts
{
    private readonly StringBuilder _text = new();

    /// <summary>Controllers that a place had not to give.</summary>
    public Controllers Missing { get; private set; }

    /// <summary>Whether systemd's user manager would have done, had it been given the missing ones.</summary>
    public bool ManagerLacksControllers { get; private set; }

    public void Add(string place, string why) => _text.Append(_text.Length == 0 ? "" : "; ").Append(place).Append(' ').Append(why);

    public void AddMissing(string place, Controllers missing, bool ofManager = false)
    {
        Missing |= missing;
        ManagerLacksControllers |= ofManager;
        Add(place, $"has no {ControllerNames.Write(missing).Replace(" ", ", ", StringComparison.Ordinal)} controller");
    }

    public override string ToString() => _text.ToString();
}
