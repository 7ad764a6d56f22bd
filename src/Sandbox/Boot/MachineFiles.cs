using Sandbox.State;
using Sandbox.Syscalls;

namespace Sandbox.Boot;

/// <summary>What is found in /etc/sandbox: the machine's own file, and one for each unit.</summary>
internal sealed class MachineFiles
{
    private const string MachineName = "machine", EmergencyName = "emergency";

    public MachineConfig Config { get; private set; } = new();

    public List<Unit> Units { get; } = [];

    /// <summary>What is started when something else could not be.</summary>
    public Unit? Emergency { get; private set; }

    /// <summary>Whether a file could not be used.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>Reads all of them; one that cannot be used is told, and left out.</summary>
    public static MachineFiles Read(string directory, MachineLog log)
    {
        MachineFiles files = new();
        string[] paths = Directory.Exists(directory) ? Directory.GetFiles(directory, "*.json") : [];
        Array.Sort(paths, StringComparer.Ordinal);
        foreach (string path in paths)
        {
            try
            {
                files.Take(Path.GetFileNameWithoutExtension(path), StateFile.TryReadBytes(path) ?? throw SandboxException.FromLastError($"cannot read {path}"));
            }
            catch (SandboxException failure)
            {
                files.IsBroken = true;
                log.Tell(failure);
            }
        }

        return files;
    }

    private void Take(string name, byte[] text)
    {
        switch (name)
        {
            case MachineName:
                Config = MachineConfigReader.Read(text);
                break;
            case EmergencyName:
                Emergency = UnitReader.Read(name, text);
                break;
            default:
                Units.Add(UnitReader.Read(name, text));
                break;
        }
    }
}
