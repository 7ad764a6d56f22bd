using Sandbox.Rootfs;

namespace Sandbox.Tests.Rootfs;

/// <summary>The store is looked for where the manual says, in that order.</summary>
public class StoreLocationTests
{
    [Test]
    [Arguments("/opt", 1000u, "SANDBOX_ROOT=/s XDG_DATA_HOME=/x HOME=/h", "/opt")]
    [Arguments(null, 1000u, "SANDBOX_ROOT=/s XDG_DATA_HOME=/x HOME=/h", "/s")]
    [Arguments(null, 1000u, "SANDBOX_ROOT= XDG_DATA_HOME=/x HOME=/h", "/x/sandbox")]
    [Arguments(null, 1000u, "XDG_DATA_HOME=relative HOME=/h", "/h/.local/share/sandbox")]
    [Arguments(null, 1000u, "", null)]
    [Arguments(null, 0u, "XDG_DATA_HOME=/x HOME=/h", "/var/lib/sandbox")]
    [Arguments(null, 0u, "SANDBOX_ROOT=/s", "/s")]
    public async Task The_first_that_is_set_counts(string? option, uint uid, string environment, string? expected)
    {
        Dictionary<string, string> variables = environment.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(word => word.Split('=')).ToDictionary(pair => pair[0], pair => pair[1]);

        await Assert.That(StoreLocation.Resolve(option, uid, variables.GetValueOrDefault)).IsEqualTo(expected);
    }
}
