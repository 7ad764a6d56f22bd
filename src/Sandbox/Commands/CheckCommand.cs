using System.Text;
using Sandbox.CommandLine;
using Sandbox.Json;
using Sandbox.Syscalls;

namespace Sandbox.Commands;

/// <summary><c>sandbox check</c>: tries everything that a sandbox needs, and tells what works.</summary>
internal static class CheckCommand
{
    public static int Run(CheckOptions options)
    {
        List<CheckRow> rows = [Kernel()];
        try
        {
            using StoreAccess access = StoreAccess.Open(options, launches: true);
            rows.AddRange(NamespaceChecks.Try(access.Ids, access.Store));
            rows.AddRange(ConfinementChecks.Try());
            rows.AddRange(CgroupChecks.Try());
            rows.AddRange(NetworkChecks.Try(access.Ids));
            rows.Add(LaunchCheck.Try(access.Ids, access));
        }
        catch (SandboxException failure)
        {
            rows.Add(new CheckRow("store and ids", false, failure.Message, failure.Hint, IsNeeded: true));
        }

        Output.Print(options.Json ? Json(rows) : Table(rows));
        return rows.Exists(static row => row.IsNeeded && !row.Works) ? 1 : 0;
    }

    /// <summary>No version is too old by its number alone: what it lacks shows below.</summary>
    private static CheckRow Kernel() => new("kernel", true, $"Linux {Environment.OSVersion.Version}{(OldKernel.Caution is { } caution ? $", {caution}" : "")}");

    private static string Table(List<CheckRow> rows)
    {
        int width = 0;
        rows.ForEach(row => width = Math.Max(width, row.Name.Length));
        StringBuilder text = new();
        foreach (CheckRow row in rows)
        {
            text.Append($"{(row.Works ? "ok" : "no"),-3} {row.Name.PadRight(width)}  {Output.Printable(row.Found)}\n");
            if (row.Mend is { } mend)
            {
                text.Append($"    {"".PadRight(width)}  mend: {Output.Printable(mend)}\n");
            }
        }

        bool works = !rows.Exists(static row => row.IsNeeded && !row.Works);
        return text.Append(works ? "'sandbox run' works here.\n" : "'sandbox run' does not work here.\n").ToString();
    }

    private static string Json(List<CheckRow> rows)
    {
        JsonText json = new JsonText().Begin('{').Add("RunWorks", !rows.Exists(static row => row.IsNeeded && !row.Works)).Begin('[', "Checks");
        foreach (CheckRow row in rows)
        {
            json.Begin('{').Add("Name", row.Name).Add("Works", row.Works).Add("Needed", row.IsNeeded).Add("Found", row.Found).Add("Mend", row.Mend).End('}');
        }

        return json.End(']').End('}').ToString();
    }
}
