using Sandbox.Json;
using Sandbox.Plan;
using Sandbox.Spec;
using Sandbox.Syscalls;

namespace Sandbox.Commands;

/// <summary><c>features</c>: what the runtime can do, whatever the machine can (the specification's features document).</summary>
internal static class FeaturesOperation
{
    private static ReadOnlySpan<string> Hooks => new[] { "prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop" };

    private static ReadOnlySpan<string> Actions => new[]
    {
        "SCMP_ACT_ALLOW", "SCMP_ACT_ERRNO", "SCMP_ACT_KILL", "SCMP_ACT_KILL_PROCESS", "SCMP_ACT_KILL_THREAD", "SCMP_ACT_LOG", "SCMP_ACT_NOTIFY",
        "SCMP_ACT_TRACE", "SCMP_ACT_TRAP",
    };

    private static ReadOnlySpan<string> Operators => new[]
    {
        "SCMP_CMP_EQ", "SCMP_CMP_GE", "SCMP_CMP_GT", "SCMP_CMP_LE", "SCMP_CMP_LT", "SCMP_CMP_MASKED_EQ", "SCMP_CMP_NE",
    };

    private static ReadOnlySpan<string> Architectures => new[] { "SCMP_ARCH_AARCH64", "SCMP_ARCH_X32", "SCMP_ARCH_X86", "SCMP_ARCH_X86_64" };

    private static ReadOnlySpan<string> FilterFlags => new[]
    {
        "SECCOMP_FILTER_FLAG_TSYNC", "SECCOMP_FILTER_FLAG_LOG", "SECCOMP_FILTER_FLAG_SPEC_ALLOW", "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV",
    };

    /// <summary>Those that have a name here.</summary>
    private const ulong AllCapabilities = (1UL << ((int)Capability.CAP_CHECKPOINT_RESTORE + 1)) - 1;

    public static int Run()
    {
        JsonText json = new JsonText().Begin('{').Add("ociVersionMin", SpecVersion.Oldest).Add("ociVersionMax", SpecVersion.Newest);
        json.Add("hooks", Hooks.ToArray()).Add("mountOptions", MountWords.All);
        json.Begin('{', "linux").Add("namespaces", Namespaces()).Add("capabilities", CapabilityNames.Of(AllCapabilities));
        json.Begin('{', "cgroup").Add("v1", false).Add("v2", true).Add("systemd", true).Add("systemdUser", true).Add("rdma", false).End('}');
        json.Begin('{', "seccomp").Add("enabled", true).Add("actions", Actions.ToArray()).Add("operators", Operators.ToArray()).Add("archs", Architectures.ToArray())
            .Add("knownFlags", FilterFlags.ToArray()).Add("supportedFlags", FilterFlags.ToArray()).End('}');
        json.Begin('{', "apparmor").Add("enabled", true).End('}');
        json.Begin('{', "selinux").Add("enabled", true).End('}');
        json.Begin('{', "intelRdt").Add("enabled", false).End('}');
        json.Begin('{', "memoryPolicy").Add("modes", LinuxReader.MemoryPolicies.ToArray()).Add("flags", LinuxReader.MemoryPolicyFlags.ToArray()).End('}');
        json.Begin('{', "mountExtensions").Begin('{', "idmap").Add("enabled", true).End('}').End('}');
        json.Begin('{', "netDevices").Add("enabled", true).End('}');
        return Output.Print(json.End('}').Add("potentiallyUnsafeConfigAnnotations", Array.Empty<string>()).End('}').ToString());
    }

    private static List<string> Namespaces()
    {
        List<string> names = [];
        foreach ((string word, _) in NamespaceWords.All)
        {
            names.Add(word);
        }

        return names;
    }
}
