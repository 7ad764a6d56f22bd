using System.Text;
using Sandbox.Seccomp;
using Sandbox.Syscalls;

namespace Sandbox.Tests.Seccomp;

/// <summary>The programs that the executable carries are those that the compiler makes of the profiles in the sources.</summary>
public class PrecompiledFilterTests
{
    /// <summary>Set to 1, the test writes the file that it else compares with.</summary>
    private const string WriteVariable = "SANDBOX_WRITE_FILTERS";

    private static string File => Path.Combine(Repository.Root, "src/Sandbox/Seccomp/PrecompiledFilters.cs");

    [Test]
    public async Task A_stale_program_is_never_loaded()
    {
        string expected = Source();
        if (Environment.GetEnvironmentVariable(WriteVariable) == "1")
        {
            await System.IO.File.WriteAllTextAsync(File, expected);
        }

        await Assert.That(await System.IO.File.ReadAllTextAsync(File)).IsEqualTo(expected)
            .Because($"the profile or the compiler has changed: run this test once with {WriteVariable}=1");
    }

    /// <summary>A capability that a rule depends on must not be served by a program that was made without it.</summary>
    [Test]
    public async Task No_capability_that_decides_is_overlooked()
    {
        Capability[] named = [.. DefaultProfile.Create().Rules
            .SelectMany(rule => rule.Includes.Capabilities.Concat(rule.Excludes.Capabilities)).Distinct()];
        await Assert.That(named.Aggregate(0UL, (bits, capability) => bits | 1UL << (int)capability)).IsEqualTo(DefaultFilter.DecidingCapabilities);
        foreach (Capability capability in Enum.GetValues<Capability>())
        {
            ulong set = 1UL << (int)capability;
            await Assert.That(DefaultFilter.For(set, DefaultFilter.OldestKernel).SequenceEqual(
                DefaultFilter.Compile(set, DefaultFilter.OldestKernel).Program.Span)).IsTrue();
        }
    }

    private static string Source()
    {
        StringBuilder source = new();
        source.Append(
            $"""
            namespace Sandbox.Seccomp;

            /// <summary>Programs made ahead of time by the compiler (a test writes and checks them): eight bytes an instruction.</summary>
            internal static class PrecompiledFilters
            {"{"}

            """);
        Append(source, "The default profile for a command without capabilities.", "WithoutCapabilities", DefaultFilter.Compile(0, DefaultFilter.OldestKernel));
        Append(source, "The default profile for the default capabilities.", "WithDefaultCapabilities", DefaultFilter.Compile(DefaultFilter.DecidingDefaults, DefaultFilter.OldestKernel));
        Append(source, "The default profile as --nested opens it.", "Nested", DefaultFilter.Compile(DefaultFilter.DecidingDefaults, DefaultFilter.OldestKernel, nested: true));
        Append(source, "The filter of PID 1.", "Init", InitFilter.Compile());
        Append(source, "The filter of the workers.", "Worker", WorkerFilter.Compile());
        source.Length--;
        return source.Append("}\n").ToString();
    }

    private static void Append(StringBuilder source, string summary, string name, SeccompFilter filter)
    {
        source.Append($"    /// <summary>{summary}</summary>\n    public static ReadOnlySpan<ulong> {name} =>\n    [\n");
        foreach (ulong[] line in filter.Program.ToArray().Chunk(6))
        {
            source.Append($"        {string.Join(", ", line.Select(word => $"0x{word:X16}"))},\n");
        }

        source.Append("    ];\n\n");
    }
}
