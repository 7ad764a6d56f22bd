using System.Globalization;

namespace Sandbox.CommandLine;

/// <summary>Reads the values of <c>--tcp-ports</c>.</summary>
internal static class PortWords
{
    /// <summary>none, or bind=PORT and connect=PORT with commas between.</summary>
    public static Parsed<TcpPorts> Read(string word)
    {
        if (word == "none")
        {
            return TcpPorts.None;
        }

        TcpPorts ports = TcpPorts.None;
        foreach (string part in word.Split(','))
        {
            int equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0 || !ushort.TryParse(part.AsSpan(equals + 1), NumberStyles.None, CultureInfo.InvariantCulture, out ushort port))
            {
                return Allowed;
            }

            switch (part[..equals])
            {
                case "bind": ports = ports with { Bind = ports.Bind.Add(port) }; break;
                case "connect": ports = ports with { Connect = ports.Connect.Add(port) }; break;
                default: return Allowed;
            }
        }

        return ports;
    }

    private static Wrong Allowed => new("allowed are none, and bind=PORT and connect=PORT with commas between, PORT from 0 to 65535");
}
