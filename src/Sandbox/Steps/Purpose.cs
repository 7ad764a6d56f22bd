using Sandbox.Syscalls;

namespace Sandbox.Steps;

/// <summary>
/// Why a group of steps is there: what the launcher says when one of them fails, and how that can be mended. The child
/// sends numbers only; these are the words.
/// </summary>
/// <param name="What">Completes "cannot ...": <c>mount the image's root file system</c>.</param>
/// <param name="Hint">A sentence for an errno, or null where there is nothing to advise.</param>
internal sealed record Purpose(string What, Func<Errno, string?>? Hint = null);
