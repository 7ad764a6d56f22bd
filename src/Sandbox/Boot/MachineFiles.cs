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

    /// <summary>Reads all of them; what cannot be used is told, and left out.</summary>
    public static MachineFiles Read(string directory, MachineLog log)
    {
        MachineFiles files = new();
        void Complain(SandboxException failure)
        {
            files.IsBroken = true;
            log.Tell(failure);
        }

        string[] paths = Directory.Exists(directory) ? Directory.GetFiles(directory, "*.json") : [];
        Array.Sort(paths, StringComparer.Ordinal);
        foreach (string path in paths)
        {
            try
            {
                files.Take(Path.GetFileNameWithoutExtension(path), TextFile.TryReadBytes(path) ?? throw SandboxException.FromLastError($"cannot read {path}"), Complain);
            }
            catch (SandboxException failure)
            {
                Complain(failure);
            }
        }

        return files;
    }

    private void Take(string name, byte[] text, Action<SandboxException> complain)
    {
        switch (name)
        {
            case MachineName:
                Config = MachineConfigReader.Read(text, complain);
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
