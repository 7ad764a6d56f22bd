namespace Sandbox.Tests.Architecture;

/// <summary>What a start calls lies side by side in the executable, as start.order says; otherwise every start maps four times as much code.</summary>
public class StartOrderTests
{
    private const string First = "sandbox_Sandbox_Launch_BeforeLibrary__Begin";

    [Test]
    public async Task The_list_is_of_this_program()
    {
        MachineCode code = await MachineCode.Built.Value;
        HashSet<string> names = [.. code.Functions.Select(function => function.Name)];
        string[] listed = Listed();
        await Assert.That(listed.Count(names.Contains)).IsGreaterThan(listed.Length * 3 / 4).Because("scripts/start-order writes it anew");
    }

    /// <summary>A compiler that stopped to take the list would say nothing. A few have one body with a function of the runtime's, and lie there.</summary>
    [Test]
    public async Task The_listed_functions_of_the_project_lie_together()
    {
        MachineCode code = await MachineCode.Built.Value;
        HashSet<string> listed = [.. Listed()];
        MachineSymbol[] own = [.. code.Functions.Where(function => function.Name.StartsWith("sandbox_", StringComparison.Ordinal))];
        MachineSymbol[] placed = [.. own.Where(function => listed.Contains(function.Name))];
        ulong start = own.Single(function => function.Name == First).Address;
        ulong quarter = (own.Max(function => function.End) - start) / 4;
        await Assert.That(placed.Count(function => function.Address >= start && function.End <= start + quarter))
            .IsGreaterThan(placed.Length * 9 / 10);
    }

    private static string[] Listed() => File.ReadAllLines(Repository.In("src", "Sandbox", "start.order"));
}
