using Sandbox.Syscalls;

namespace Sandbox.Boot;

/// <summary>What makes a machine of a kernel, in order. A step that fails is told, and the next one is taken: half a machine can still be mended.</summary>
internal static class BootSteps
{
    public static void Run(MachineConfig config, MachineLog log)
    {
        // First of all: modules, settings and sandboxes need what is mounted.
        Take(log, BootMounts.Mount);
        Take(log, () => BootMounts.EnableControllers(BootMounts.Cgroups));

        // Before the network, whose devices come with them.
        foreach (string module in config.Modules)
        {
            Take(log, () => BootSettings.Load(module));
        }

        foreach ((string name, string value) in config.Sysctls)
        {
            Take(log, () => BootSettings.Set(name, value));
        }

        if (config.Hostname is { } hostname)
        {
            Take(log, () => BootSettings.Name(hostname));
        }

        Take(log, static () => BootNetwork.Raise("lo"));
        foreach ((string device, string address) in config.Addresses)
        {
            Take(log, () => BootNetwork.Raise(device, address));
        }
    }

    private static void Take(MachineLog log, Action step)
    {
        try
        {
            step();
        }
        catch (SandboxException failure)
        {
            log.Tell(failure);
        }
    }
}
