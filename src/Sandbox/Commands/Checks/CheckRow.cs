using Sandbox.Syscalls;

namespace Sandbox.Commands;

/// <summary>One thing that was tried on this machine.</summary>
/// <param name="Found">What was found: a number, or why it does not work.</param>
/// <param name="Mend">What mends it; null where nothing has to be, or can be.</param>
/// <param name="IsNeeded">Whether <c>run</c> fails without it.</param>
internal sealed record CheckRow(string Name, bool Works, string Found, string? Mend = null, bool IsNeeded = false)
{
    /// <summary>The row of something that was tried by doing it.</summary>
    /// <param name="attempt">What was found where it works; throws where it does not.</param>
    public static CheckRow Of(string name, Func<string> attempt, bool needed = false)
    {
        try
        {
            return new CheckRow(name, true, attempt(), IsNeeded: needed);
        }
        catch (SandboxException failure)
        {
            return new CheckRow(name, false, failure.Message, Output.Explain(failure).Hint, needed);
        }
    }
}
