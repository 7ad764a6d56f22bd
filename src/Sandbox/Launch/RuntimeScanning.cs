using System.Runtime;
using System.Runtime.CompilerServices;

namespace Sandbox.Launch;

/// <summary>
/// In the place of glibc's scanf family (the linker's --wrap leads here), for the few lines of /proc and /sys that the
/// runtime and glibc itself read by it: text, numbers and letters. glibc's own brings 100 KB, of which most is arithmetic
/// of floating point.
/// </summary>
/// <remarks>
/// A variadic call passes its first arguments as any other call does, on x86-64 and on arm64. This code may run before the
/// runtime does: it allocates nothing and touches no static.
/// </remarks>
internal static unsafe class RuntimeScanning
{
    private const int LongestLine = 512;

    [RuntimeExport("__wrap_sscanf")]
    private static int Scan(byte* text, byte* format, void* first, void* second, void* third)
    {
        int found = 0;
        for (; *format != 0; format++)
        {
            if (*format == ' ')
            {
                text = SkipSpace(text);
            }
            else if (*format != '%')
            {
                if (*text++ != *format)
                {
                    return found;
                }
            }
            else
            {
                void* target = found == 0 ? first : found == 1 ? second : third;
                byte* end = Convert(text, ref format, target);
                if (end == text)
                {
                    return found;
                }

                found++;
                text = end;
            }
        }

        return found;
    }

    [RuntimeExport("__wrap___isoc99_sscanf")]
    private static int ScanIso(byte* text, byte* format, void* first, void* second, void* third) => Scan(text, format, first, second, third);

    /// <summary>The first line of a file is all that is ever scanned of it.</summary>
    [RuntimeExport("__wrap___isoc99_fscanf")]
    private static int ScanFile(void* file, byte* format, void* first, void* second, void* third)
    {
        byte* line = stackalloc byte[LongestLine];
        return fgets(line, LongestLine, file) == null ? -1 : Scan(line, format, first, second, third);
    }

    /// <summary>Takes one letter or one number in base 10 or 16; where it ends, or <paramref name="text"/> where there is none.</summary>
    private static byte* Convert(byte* text, ref byte* format, void* target)
    {
        bool isLong = false;
        for (format++; *format == 'l'; format++)
        {
            isLong = true;
        }

        if (*format == 'c')
        {
            *(byte*)target = *text;
            return *text == 0 ? text : text + 1;
        }

        byte* start = SkipSpace(text);
        byte* end = start;
        ulong number = 0;
        for (int digit; (digit = Digit(*end)) < (*format == 'x' ? 16 : 10); end++)
        {
            number = (number * (*format == 'x' ? 16u : 10u)) + (uint)digit;
        }

        if (end == start)
        {
            return text;
        }

        if (isLong)
        {
            *(ulong*)target = number;
        }
        else
        {
            *(uint*)target = (uint)number;
        }

        return end;
    }

    private static int Digit(byte one) => one switch
    {
        >= (byte)'0' and <= (byte)'9' => one - '0',
        >= (byte)'a' and <= (byte)'f' => one - 'a' + 10,
        _ => int.MaxValue,
    };

    private static byte* SkipSpace(byte* text)
    {
        while (*text is (byte)' ' or (byte)'\t' or (byte)'\n')
        {
            text++;
        }

        return text;
    }

    [RuntimeImport("fgets"), MethodImpl(MethodImplOptions.InternalCall)]
    private static extern byte* fgets(byte* buffer, int size, void* file);
}
