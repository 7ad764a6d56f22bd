using Sandbox.CommandLine;
using Sandbox.Spec;

namespace Sandbox.Commands;

/// <summary>What <c>exec</c> runs: the container's own process, or that of a file, with what the options say over it.</summary>
internal static class ExecProcess
{
    public static ProcessSpec Of(OciExecOptions options, ProcessSpec container, OciContext context)
    {
        ProcessSpec process = options.Process is { } file ? Read(file, container, context) : container with { Terminal = false, ConsoleSize = null };
        UserSpec user = options.User is { } ids ? process.User with { Uid = ids.Uid, Gid = ids.Gid ?? process.User.Gid } : process.User;
        CapabilitySets sets = process.Capabilities;
        return process with
        {
            Args = options.Command.IsEmpty ? process.Args : options.Command,
            Env = process.Env.AddRange(options.Env),
            Cwd = options.Cwd ?? process.Cwd,
            Terminal = process.Terminal || options.Terminal,
            User = user with { AdditionalGids = user.AdditionalGids.AddRange(options.AdditionalGids) },
            Capabilities = sets with
            {
                Bounding = sets.Bounding | options.Capabilities,
                Effective = sets.Effective | options.Capabilities,
                Permitted = sets.Permitted | options.Capabilities,
            },
            NoNewPrivileges = process.NoNewPrivileges || options.NoNewPrivileges,
            AppArmorProfile = options.AppArmor ?? process.AppArmorProfile,
            SelinuxLabel = options.ProcessLabel ?? process.SelinuxLabel,
        };
    }

    /// <summary>What a file leaves out of a process's confinement is the container's.</summary>
    private static ProcessSpec Read(string file, ProcessSpec container, OciContext context)
    {
        List<string> warnings = [];
        ProcessSpec read = ConfigReader.ReadProcess(OciFile.Read(file), file, warnings);
        foreach (string warning in warnings)
        {
            context.Log.Warn(warning);
        }

        return read with
        {
            Capabilities = ReferenceEquals(read.Capabilities, CapabilitySets.None) ? container.Capabilities : read.Capabilities,
            Rlimits = read.Rlimits.IsEmpty ? container.Rlimits : read.Rlimits,
            AppArmorProfile = read.AppArmorProfile ?? container.AppArmorProfile,
            SelinuxLabel = read.SelinuxLabel ?? container.SelinuxLabel,
            OomScoreAdj = read.OomScoreAdj ?? container.OomScoreAdj,
        };
    }
}
