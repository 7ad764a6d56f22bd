using Sandbox.Rootfs;

namespace Sandbox.Tests.Rootfs;

/// <summary>The store is looked for where the manual says, in that order.</summary>
public class StoreLocationTests
{
    [Test]
    [Arguments("/opt", false, "SANDBOX_ROOT=/s XDG_DATA_HOME=/x HOME=/h", "/opt")]
    [Arguments(null, false, "SANDBOX_ROOT=/s XDG_DATA_HOME=/x HOME=/h", "/s")]
    [Arguments(null, false, "SANDBOX_ROOT= XDG_DATA_HOME=/x HOME=/h", "/x/sandbox")]
    [Arguments(null, false, "XDG_DATA_HOME=relative HOME=/h", "/h/.local/share/sandbox")]
    [Arguments(null, false, "", null)]
    [Arguments(null, true, "XDG_DATA_HOME=/x HOME=/h", "/var/lib/sandbox")]
    [Arguments(null, true, "SANDBOX_ROOT=/s", "/s")]
    public async Task The_first_that_is_set_counts(string? option, bool isRoot, string environment, string? expected)
    {
        Dictionary<string, string> variables = environment.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(word => word.Split('=')).ToDictionary(pair => pair[0], pair => pair[1]);

        await Assert.That(StoreLocation.Resolve(option, isRoot, variables.GetValueOrDefault)).IsEqualTo(expected);
    }
}
