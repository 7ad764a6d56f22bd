using System.Text;
using Sandbox.CommandLine;
using Sandbox.Seccomp;
using Sandbox.Syscalls;

namespace Sandbox.Commands;

/// <summary><c>sandbox seccomp</c>: the program of a profile, and its verdicts.</summary>
internal static class SeccompCommand
{
    public static int Run(SeccompOptions options)
    {
        SeccompProfile profile = SeccompProfiles.Find(options.Profile)
            ?? throw new SandboxException($"cannot show the seccomp profile {options.Profile}", "it is no filter at all");
        FilterContext context = new(Abi.X64, DefaultFilter.DecidingDefaults, Machine.Kernel);
        StringBuilder text = new();
        if (options.Dump)
        {
            text.Append(Disassembler.Print(FilterCompiler.Compile(profile, context).Program.Span));
        }

        if (options.Explain is { } call)
        {
            IReadOnlyList<Explanation> explanations = Explanation.Of(profile, context, call.Name, call.Arguments.AsSpan());
            if (explanations.All(static explanation => explanation.Number is null))
            {
                throw new SandboxException($"cannot explain {call.Name}", "no system call has this name", Advise(call.Name, context));
            }

            foreach (Explanation explanation in explanations)
            {
                text.Append($"{explanation.Abi.DisplayName(),-7} {explanation.Number?.ToString() ?? "-",10}  {explanation.Action}: {explanation.Reason}\n");
            }
        }

        return Output.Print(text.ToString());
    }

    private static string? Advise(string name, FilterContext context)
    {
        List<string> names = [];
        foreach (Abi abi in AbiFacts.OfMachine(context.Machine))
        {
            names.AddRange(new SystemCallTable(abi).Names.Values);
        }

        return Nearest.Find(name, names) is { } near ? $"the nearest is {near}" : null;
    }
}
