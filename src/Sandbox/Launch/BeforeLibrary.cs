using System.Runtime;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Sandbox.Child;
using Sandbox.Syscalls;

namespace Sandbox.Launch;

/// <summary>
/// Runs before the C library has made itself ready, in the place of its __libc_start_main (the linker's --wrap leads here).
/// The early child is made here: its namespaces are the slowest part of a start, and the library begins with forty
/// questions to the processor (cpuid), each of which a hypervisor answers.
/// </summary>
internal static unsafe class BeforeLibrary
{
    /// <summary>Bytes that the executable's thread-local variables have room in (its PT_TLS).</summary>
    public const int VariablesSize = 960;

    private static ThreadBlock _thread;

    [RuntimeExport("__wrap___libc_start_main")]
    private static int Begin(nint main, int count, byte** words, nint init, nint fini, nint loaderEnd, nint stackEnd)
    {
        if (MayHaveBorrowedRights(count, words))
        {
            GiveErrno();
            RefuseBorrowedRights();
        }

        if (IsPlainRun(count, words))
        {
            GiveErrno();
            BeforeRuntime.MakeEarlyChild(IsBounded(count, words));
        }

        return StartLibrary(main, count, words, init, fini, loaderEnd, stackEnd);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool MayHaveBorrowedRights(int count, byte** words) => BorrowedRights.MayBe(count, words);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void RefuseBorrowedRights() => BorrowedRights.Refuse();

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool IsPlainRun(int count, byte** words) => PlainRun.Is(count, words);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool IsBounded(int count, byte** words) => PlainRun.IsBounded(count, words);

    [RuntimeImport("__real___libc_start_main")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    private static extern int StartLibrary(nint main, int count, byte** words, nint init, nint fini, nint loaderEnd, nint stackEnd);

    /// <summary>
    /// syscall(2) stores its errno beneath the address in FS, which holds none before the library has set it. What it gets
    /// until then stays with the child, which needs no more of a thread than this.
    /// </summary>
    private static void GiveErrno()
    {
        const nint ARCH_SET_FS = 0x1002;
        nint self = (nint)Unsafe.AsPointer(ref _thread.Self);
        _thread.Self = self;
        Native.Call(SystemCall.arch_prctl, ARCH_SET_FS, self);
    }

    /// <summary>A thread's variables, and above them its own address (ELF Handling For Thread-Local Storage, variant II).</summary>
    [StructLayout(LayoutKind.Explicit, Size = VariablesSize + 64)]
    private struct ThreadBlock
    {
        [FieldOffset(VariablesSize)]
        public nint Self;
    }
}
