namespace Sandbox.CommandLine;

/// <summary>The command line of an operation of the OCI runtime.</summary>
internal abstract record OciInvocation : Invocation
{
    /// <summary>The operation, as it is called on the command line.</summary>
    public required string Operation { get; init; }

    public OciGlobal Global { get; init; } = new();

    /// <summary>The container; empty where the operation has none.</summary>
    public string Id { get; init; } = "";
}
