namespace Sandbox.Tests.Guarantees;

/// <summary>Variables that steer .NET are for the caller's own programs: sandbox takes no notice of them.</summary>
public class RuntimeVariableTests
{
    /// <summary>Obeyed, the first three would end sandbox before its first line, without a word.</summary>
    [Test]
    [Arguments("DOTNET_GCHeapHardLimit=1")]
    [Arguments("DOTNET_GCRegionRange=1")]
    [Arguments("DOTNET_GCRegionSize=1")]
    [Arguments("DOTNET_gcServer=1")]
    [Arguments("DOTNET_GCgen0size=1")]
    [Arguments("DOTNET_GCHeapAffinitizeMask=8000")]
    [Arguments("DOTNET_GCTotalPhysicalMemory=1")]
    [Arguments("DOTNET_EnableDiagnostics=1")]
    [Arguments("DOTNET_EnableAVX=0")]
    [Arguments("DOTNET_DbgEnableMiniDump=1")]
    public async Task A_run_works_as_ever(string variable)
    {
        CommandResult result = await Inside.Host($"{variable} \"$@\"", [], "echo", "works");
        await Assert.That(result.Output + result.Error).IsEqualTo("works\n");
    }

    [Test]
    public async Task A_server_collector_would_be_seen_by_its_threads()
    {
        CommandResult result = await Command.Run(
            "strace", ["-f", "-qq", "-e", "trace=clone3", Repository.Executable, "--version"], environment: new Dictionary<string, string?> { ["DOTNET_gcServer"] = "1" });
        await Assert.That(result.Error.Split('\n').Count(line => line.Contains("CLONE_THREAD", StringComparison.Ordinal))).IsLessThanOrEqualTo(2);
    }
}
