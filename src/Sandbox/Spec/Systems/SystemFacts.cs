using System.Collections.Immutable;

namespace Sandbox.Spec;

/// <summary>What of the image and of the caller a system's specification is made from (<c>--boot</c>).</summary>
/// <param name="Uuid">What the system is known by, 32 hexadecimal digits: its own machine id, where the image has one.</param>
/// <param name="OsRelease">The host's os-release; empty where there is none.</param>
/// <param name="Credentials">Names and values.</param>
internal sealed record SystemFacts(string Uuid, string OsRelease, ImmutableArray<NamedText> Credentials);
