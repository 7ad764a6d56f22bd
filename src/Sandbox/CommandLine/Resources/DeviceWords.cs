namespace Sandbox.CommandLine;

/// <summary>Reads the values of <c>--device</c>.</summary>
internal static class DeviceWords
{
    private const string Rights = "rwm";

    /// <summary>PATH, PATH:RIGHTS, PATH:DST or PATH:DST:RIGHTS.</summary>
    public static Parsed<DeviceOption> Read(string word)
    {
        string[] parts = word.Split(':');
        bool hasRights = parts.Length > 1 && IsRights(parts[^1]);
        int paths = hasRights ? parts.Length - 1 : parts.Length;
        if (paths is not (1 or 2) || !parts[0].StartsWith('/'))
        {
            return new Wrong("must be PATH, PATH:DST or PATH:DST:RIGHTS, PATH absolute and RIGHTS some of r, w and m");
        }

        Parsed<string> destination = ContainerPath.Read(parts[paths - 1]);
        return destination.Why is { } why ? new Wrong(why) : new DeviceOption(parts[0], destination.Value, hasRights ? parts[^1] : Rights);
    }

    private static bool IsRights(string word)
    {
        foreach (char one in word)
        {
            if (!Rights.Contains(one, StringComparison.Ordinal))
            {
                return false;
            }
        }

        return word.Length > 0;
    }
}
