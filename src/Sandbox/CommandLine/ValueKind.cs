namespace Sandbox.CommandLine;

/// <summary>What a shell offers as the value of an option or as an operand.</summary>
internal enum ValueKind
{
    Text,
    File,
    Directory,
    Verb,

    /// <summary>One of a few words, and nothing else.</summary>
    Choice,

    /// <summary>One of some words, or what these begin, or another.</summary>
    Words,

    /// <summary>The same, or a file.</summary>
    WordsOrFile,

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
