using Microsoft.Win32.SafeHandles;

namespace Sandbox.Images;

/// <summary>Bytes of an open file: a whole file, or a member of an archive where it lies. Whose the handle is, says who gives it.</summary>
internal readonly record struct FileRange(SafeFileHandle File, long Offset, long Length);
