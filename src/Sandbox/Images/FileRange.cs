using Microsoft.Win32.SafeHandles;

namespace Sandbox.Images;

/// <summary>Bytes of an open file: a whole file, or a member of an archive where it lies. The handle stays its owner's.</summary>
internal readonly record struct FileRange(SafeFileHandle File, long Offset, long Length);
