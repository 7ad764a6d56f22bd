using System.Runtime;
using System.Runtime.CompilerServices;
using Sandbox.Syscalls;

namespace Sandbox.Launch;

/// <summary>
/// Short answers to what the .NET runtime asks about the machine when it starts: its own ways to them read files and make
/// a thread, and together cost a third of a start. The linker's --wrap leads here; where a later runtime has renamed a
/// function, linking fails (--defsym).
/// </summary>
internal static unsafe class RuntimeAnswers
{
    /// <summary>The end of the first thread's stack.</summary>
    private static nint _stackTop;

    private static bool _ran;

    /// <summary>Whether the runtime asked; false when it is not the published executable that runs.</summary>
    public static bool Ran => _ran;

    /// <summary>Finds the end of the stack: the last thing on it is the executable's file name (create_elf_tables in fs/binfmt_elf.c).</summary>
    /// <param name="words">The arguments, where the kernel put them.</param>
    public static void Prepare(int count, byte** words)
    {
        const int AT_NULL = 0, AT_EXECFN = 31, pageSize = 4096;
        byte** environment = words + count + 1;
        while (*environment is not null)
        {
            environment++;
        }

        for (nint* auxiliary = (nint*)(environment + 1); auxiliary[0] != AT_NULL; auxiliary += 2)
        {
            if (auxiliary[0] == AT_EXECFN)
            {
                byte* end = (byte*)auxiliary[1];
                while (*end != 0)
                {
                    end++;
                }

                _stackTop = ((nint)end + pageSize) & -pageSize;
            }
        }
    }

    /// <summary>The limits of its cgroup mean nothing to a launcher: the heap has a limit of its own.</summary>
    [RuntimeExport("__wrap__Z16InitializeCGroupv")]
    private static void InitializeCGroup() => _ran = true;

    [RuntimeExport("__wrap__Z19InitializeCpuCGroupv")]
    private static void InitializeCpuCGroup()
    {
    }

    /// <summary>The heap of a launcher is too small to be spread over memory nodes.</summary>
    [RuntimeExport("__wrap__Z21NUMASupportInitializev")]
    private static void InitializeMemoryNodes()
    {
    }

    /// <summary>The reader of DOTNET_* variables: what the caller has of them is for programs of his, and one would end this one without a word.</summary>
    [RuntimeExport("__wrap__Z25PalGetEnvironmentVariablePKcPcj")]
    private static uint GetEnvironmentVariable(byte* name, byte* value, uint size) => 0;

    /// <summary>Nothing here is left to a finalizer: what holds a descriptor is disposed, or goes with the process.</summary>
    [RuntimeExport("__wrap__Z23PalStartFinalizerThreadPFjPvES_")]
    private static byte StartFinalizerThread(void* function, void* argument) => 1;

    /// <summary>
    /// What the processor has beyond what every one has that the runtime is made for: nothing, so that it need not be asked.
    /// In a virtual machine each cpuid instruction is one for the host, and takes as long as twenty system calls.
    /// </summary>
    [RuntimeExport("__wrap_minipal_getcpufeatures")]
    private static int GetProcessorFeatures() => 0;

    /// <summary>How much memory is in use, which is told to the collector as little as how much there is.</summary>
    [RuntimeExport("__wrap__Z21GetPhysicalMemoryUsedPm")]
    private static byte GetPhysicalMemoryUsed(nuint* used) => 0;

    /// <summary>The number after the highest processor that this process may run on.</summary>
    [RuntimeExport("__wrap_minipal_get_cpu_max_possible_count")]
    private static int GetProcessorEnd()
    {
        Processors(out int end);
        return end;
    }

    /// <summary>sysconf(3), which reads /sys for the number of processors.</summary>
    [RuntimeExport("__wrap_sysconf")]
    private static nint Configuration(int name)
    {
        const int _SC_NPROCESSORS_CONF = 83, _SC_NPROCESSORS_ONLN = 84;
        switch (name)
        {
            case _SC_NPROCESSORS_CONF:
                Processors(out int end);
                return end;
            case _SC_NPROCESSORS_ONLN:
                return Processors(out _);
            default:
                return ConfigurationOfLibrary(name);
        }
    }

    /// <summary>madvise(2), but for what belongs into a core dump: the heap tells it of every piece that it takes.</summary>
    [RuntimeExport("__wrap_madvise")]
    private static int Advise(nint address, nint length, int advice)
    {
        const int MADV_DONTDUMP = 16, MADV_DODUMP = 17;
        return advice is MADV_DONTDUMP or MADV_DODUMP ? 0 : (int)Call((nint)SystemCall.madvise, address, length, advice, 0);
    }

    /// <summary>The bounds of a thread's stack. Of the first thread's, glibc learns them from /proc/self/maps.</summary>
    [RuntimeExport("__wrap__Z24PalGetMaximumStackBoundsPPvS0_")]
    private static byte GetStackBounds(nint* low, nint* high)
    {
        const nint usual = 8 << 20;
        nint here = (nint)(&low);
        if (_stackTop == 0 || here > _stackTop || here < _stackTop - usual)
        {
            return StackBoundsOfRuntime(low, high);
        }

        ResourceLimitValue limit = default;
        Call((nint)SystemCall.prlimit64, 0, (nint)ResourceLimit.RLIMIT_STACK, 0, (nint)(&limit));
        *high = _stackTop;
        *low = _stackTop - (limit.Soft < (ulong)usual ? (nint)limit.Soft : usual);
        return 1;
    }

    /// <summary>
    /// How many processors this process may run on, and the number after the highest (sched_getaffinity(2)). Where that
    /// is not told, one: the runtime divides by it.
    /// </summary>
    private static int Processors(out int end)
    {
        const int size = 1024;
        byte* mask = stackalloc byte[size];
        nint written = Call((nint)SystemCall.sched_getaffinity, 0, size, (nint)mask, 0);
        int count = 0;
        end = 0;
        for (int number = 0; number < written * 8; number++)
        {
            if ((mask[number >> 3] >> (number & 7) & 1) != 0)
            {
                count++;
                end = number + 1;
            }
        }

        end = count == 0 ? 1 : end;
        return count == 0 ? 1 : count;
    }

    [RuntimeImport("syscall")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    private static extern nint Call(nint number, nint a, nint b, nint c, nint d);

    [RuntimeImport("__real_sysconf")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    private static extern nint ConfigurationOfLibrary(int name);

    [RuntimeImport("__real__Z24PalGetMaximumStackBoundsPPvS0_")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    private static extern byte StackBoundsOfRuntime(nint* low, nint* high);
}
