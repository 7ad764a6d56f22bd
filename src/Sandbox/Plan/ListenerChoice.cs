namespace Sandbox.Plan;

/// <summary>A seccomp listener: the socket that it waits at on the host, and the words of the profile that are for it.</summary>
internal sealed record ListenerChoice(string Path, string Metadata);
