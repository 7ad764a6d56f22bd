namespace Sandbox.CommandLine;

/// <summary>Whether containers belong to a user who is not the machine's root.</summary>
internal enum RootlessMode
{
    Auto,
    True,
    False,
}
