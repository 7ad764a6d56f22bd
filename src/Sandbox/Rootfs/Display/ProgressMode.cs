namespace Sandbox.Rootfs;

/// <summary>How unpacking is shown on standard error.</summary>
internal enum ProgressMode
{
    /// <summary>Bars on a terminal, else nothing.</summary>
    Auto,

    /// <summary>A line for each layer when it is done.</summary>
    Plain,

    /// <summary>A JSON object a line, while it goes on and when it is done.</summary>
    Json,

    None,
}
