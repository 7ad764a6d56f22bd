using Sandbox.Syscalls;

namespace Sandbox.Plan;

/// <summary>
/// A directory at the top of the image that may be made anew in the overlay's upper directory without a visible
/// difference: no symbolic link, owned by root, with a mode and a time that are known.
/// </summary>
/// <param name="Name">One component: <c>etc</c>.</param>
internal readonly record struct PlainDirectory(string Name, uint Mode, TimeSpec Modified);
