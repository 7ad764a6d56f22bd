using Sandbox.Syscalls;

namespace Sandbox.Boot;

/// <summary>What makes a machine of a kernel, in order. A step that fails is told, and the next one is taken: half a machine can still be mended.</summary>
internal static class BootSteps
{
    /// <param name="keepsRoot">Whether the root file system is to stay as the kernel has mounted it.</param>
    /// <returns>Whether the machine is fit for its units, be some of its settings wrong.</returns>
    public static bool Run(MachineConfig config, bool keepsRoot, MachineLog log)
    {
        // First of all: whether the root is writable decides where the store is.
        bool fit = keepsRoot || Take(log, BootRoot.MakeWritable);

        // Modules, settings and sandboxes need what is mounted.
        foreach (BootMount mount in BootMounts.Of(BootRoot.CanHoldStore))
        {
            fit &= Take(log, () => BootMounts.Mount(mount));
        }

        Take(log, MachineLog.KeepAll);
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

        return fit;
    }

    private static bool Take(MachineLog log, Action step)
    {
        try
        {
            step();
            return true;
        }
        catch (SandboxException failure)
        {
            log.Tell(failure);
            return false;
        }
    }
}
