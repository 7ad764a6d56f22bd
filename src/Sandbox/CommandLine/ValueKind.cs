namespace Sandbox.CommandLine;

/// <summary>What a shell offers as the value of an option or as an operand.</summary>
internal enum ValueKind
{
    Text,
    File,
    Directory,
    Choice,
    Verb,

    /// <summary>A name in the store.</summary>
    Image,

    /// <summary>A name in the store, or a file or directory.</summary>
    ImageOrFile,

    /// <summary>The name of a sandbox.</summary>
    Sandbox,

    /// <summary>The name of one that runs.</summary>
    RunningSandbox,

    /// <summary>The name of a sandbox, or one in the store.</summary>
    SandboxOrImage,
}
