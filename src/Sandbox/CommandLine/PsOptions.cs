namespace Sandbox.CommandLine;

/// <summary>The command line of <c>sandbox ps</c>.</summary>
internal sealed record PsOptions : SandboxInvocation
{
    /// <summary>Whether those that have ended are shown too.</summary>
    public bool All { get; init; }

    /// <summary>Whether only names are listed, one a line.</summary>
    public bool OnlyNames { get; init; }
}
