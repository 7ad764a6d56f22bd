using System.Collections.Immutable;
using System.Globalization;
using Sandbox.CommandLine;
using Sandbox.Syscalls;

namespace Sandbox.Commands;

/// <summary>
/// The descriptors that the command gets beside the standard ones: those that the user names, and the sockets that a
/// service manager has opened for it (sd_listen_fds(3)).
/// </summary>
/// <param name="Descriptors">Their numbers, each once, in order.</param>
/// <param name="Listening">How many of them, from 3 up, are the service manager's.</param>
internal sealed record PassedDescriptors(ImmutableArray<int> Descriptors, int Listening)
{
    private const int FirstToListen = 3;

    public static PassedDescriptors None { get; } = new([], 0);

    /// <summary>Those of them, and of the standard ones, that are open for writing.</summary>
    public ImmutableArray<int> Writable
    {
        get
        {
            ReadOnlySpan<int> numbers = [0, 1, 2, .. Descriptors];
            ImmutableArray<int>.Builder writable = ImmutableArray.CreateBuilder<int>(numbers.Length);
            foreach (int number in numbers)
            {
                if (Libc.IsWritable(number))
                {
                    writable.Add(number);
                }
            }

            return writable.ToImmutable();
        }
    }

    public static PassedDescriptors Of(RunOptions options)
    {
        RefuseStandardDirectories();
        int listening = CountListening();
        if (listening == 0 && options.PreservedDescriptors.IsEmpty)
        {
            return None;
        }

        SortedSet<int> numbers = [.. options.PreservedDescriptors];
        for (int i = 0; i < listening; i++)
        {
            Check(FirstToListen + i, "LISTEN_FDS says so: whoever sets it opens them");
            numbers.Add(FirstToListen + i);
        }

        foreach (int number in options.PreservedDescriptors)
        {
            Check(number, $"the shell opens it: sandbox run --preserve-fd {number} ... {number}<FILE");
        }

        return new PassedDescriptors([.. numbers], listening);
    }

    /// <summary>Those of a container: the service manager's, and as many after them as the engine names.</summary>
    public static PassedDescriptors Of(OciCreateOptions options) => InARow(options.PreservedDescriptors, CountListening());

    /// <summary>Those of a further process in a container, to which no service manager speaks.</summary>
    public static PassedDescriptors Of(OciExecOptions options) => InARow(options.PreservedDescriptors, 0);

    /// <summary>Of 0, 1 and 2, which the command gets unasked, none may be a directory either.</summary>
    public static void RefuseStandardDirectories()
    {
        for (int number = 0; number < FirstToListen; number++)
        {
            RefuseDirectory(number);
        }
    }

    private static PassedDescriptors InARow(int preserved, int listening)
    {
        RefuseStandardDirectories();
        ImmutableArray<int>.Builder numbers = ImmutableArray.CreateBuilder<int>();
        for (long number = FirstToListen; number < (long)FirstToListen + listening + preserved; number++)
        {
            // One that is not open ends it, long before there are too many.
            Check((int)number, "--preserve-fds counts from 3, behind those of LISTEN_FDS, and each of them must be open");
            numbers.Add((int)number);
        }

        return new PassedDescriptors(numbers.ToImmutable(), listening);
    }

    /// <summary>
    /// The command has them now, and the launcher lets go: else nobody would see the command close its end of a pipe.
    /// </summary>
    public void Close()
    {
        foreach (int descriptor in Descriptors)
        {
            Libc.close(descriptor);
        }
    }

    /// <summary>LISTEN_FDS is for the process that LISTEN_PID names; whoever inherits the variables by accident is not meant.</summary>
    private static int CountListening() =>
        Number("LISTEN_PID") == Environment.ProcessId && Number("LISTEN_FDS") is > 0 and int count ? count : 0;

    private static int Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : 0;

    private static void Check(int descriptor, string hint)
    {
        if (!Libc.IsInherited(descriptor))
        {
            throw new SandboxException($"cannot pass on descriptor {descriptor}", "it is not open", hint);
        }

        RefuseDirectory(descriptor);
    }

    /// <summary>By a directory of the host everything of the host can be reached (CVE-2024-21626).</summary>
    private static void RefuseDirectory(int descriptor)
    {
        if (Libc.statx(descriptor, "", AtFlags.AT_EMPTY_PATH, out Statx status) != 0 || status.Type == FileType.S_IFDIR)
        {
            throw new SandboxException(
                $"cannot pass on descriptor {descriptor}", "it is a directory of the host, from which the command could go anywhere", "mount the directory inside instead");
        }
    }
}
