using System.Runtime;
using System.Runtime.CompilerServices;
using Sandbox.Syscalls;

namespace System.Runtime
{
    /// <summary>Marks a bare native call: ILC goes by this name, and adds no collector poll around the call.</summary>
    [AttributeUsage(AttributeTargets.Method)]
    internal sealed class RuntimeImportAttribute(string entryPoint) : Attribute
    {
        public string EntryPoint { get; } = entryPoint;
    }

    /// <summary>Gives a method a symbol of its own, with the native calling convention.</summary>
    [AttributeUsage(AttributeTargets.Method)]
    internal sealed class RuntimeExportAttribute(string entryPoint) : Attribute
    {
        public string EntryPoint { get; } = entryPoint;
    }
}

namespace Sandbox.Child
{
    /// <summary>
    /// The child's whole surface to the kernel. Every other form of native call (DllImport, LibraryImport, function
    /// pointers, SuppressGCTransition) polls the collector, and would hang a child cloned while it ran.
    /// </summary>
    internal static unsafe class Native
    {
        /// <summary>syscall(2): the result, or -1 with <see cref="ErrnoLocation"/> set.</summary>
        [RuntimeImport("syscall")]
        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern nint Call(nint number, nint a, nint b, nint c, nint d, nint e, nint f);

        /// <summary>Where the calling thread's errno lies; to be read right after the call that failed.</summary>
        [RuntimeImport("__errno_location")]
        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int* ErrnoLocation();

        /// <summary>clone(2) in its glibc form: runs <paramref name="function"/> on a stack of its own.</summary>
        [RuntimeImport("clone")]
        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int CloneOnStack(void* function, void* stackTop, int flags, void* argument);

        public static nint Call(SystemCall number, nint a = 0, nint b = 0, nint c = 0, nint d = 0, nint e = 0) =>
            Call((nint)number, a, b, c, d, e, 0);
    }
}
