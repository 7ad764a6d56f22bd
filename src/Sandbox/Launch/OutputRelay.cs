using Microsoft.Win32.SafeHandles;
using Sandbox.Syscalls;

namespace Sandbox.Launch;

/// <summary>
/// Carries what the command writes to the caller's standard output and error, and counts it. Both are one pipe where the
/// caller has them in one file: else the order of the lines would be lost.
/// </summary>
internal sealed unsafe class OutputRelay(OutputBudget budget) : IDisposable
{
    /// <summary>How many descriptors it waits for.</summary>
    public const int DescriptorCount = 2;

    private const int StandardOutput = 1, StandardError = 2;

    private readonly CountedPipe[] _pipes = AreOne() ? [new(StandardOutput)] : [new(StandardOutput), new(StandardError)];

    /// <summary>Who has given up waiting once does not wait for the other pipe, nor when the rest of the run ends.</summary>
    private bool _isGivenUp;

    /// <summary>What the command has for standard output.</summary>
    public SafeFileHandle Output => _pipes[0].Entry;

    /// <summary>What it has for standard error.</summary>
    public SafeFileHandle Error => _pipes[^1].Entry;

    /// <summary>Closes the command's ends in this process, once the child has them: the last writer's end is then the end.</summary>
    public void LetGo()
    {
        foreach (CountedPipe pipe in _pipes)
        {
            pipe.Entry.Dispose();
        }
    }

    public void Await(PollDescriptor* waited)
    {
        for (int i = 0; i < DescriptorCount; i++)
        {
            waited[i] = i < _pipes.Length && !budget.IsOver ? _pipes[i].Waited : new PollDescriptor { Descriptor = -1 };
        }
    }

    /// <summary>Carries what has come, as far as the caller takes it now.</summary>
    public void Move()
    {
        foreach (CountedPipe pipe in _pipes)
        {
            pipe.Move(budget);
        }
    }

    /// <summary>Carries all that is left, however long the caller takes for it, unless <paramref name="signals"/> has one by which the user gives up.</summary>
    public void Finish(SafeFileHandle signals)
    {
        foreach (CountedPipe pipe in _pipes)
        {
            _isGivenUp = _isGivenUp || !pipe.Finish(budget, signals);
        }
    }

    public void Dispose()
    {
        foreach (CountedPipe pipe in _pipes)
        {
            pipe.Dispose();
        }
    }

    private static bool AreOne() =>
        Libc.statx(StandardOutput, "", AtFlags.AT_EMPTY_PATH, out Statx output) == 0
        && Libc.statx(StandardError, "", AtFlags.AT_EMPTY_PATH, out Statx error) == 0
        && (output.Inode, output.DeviceMajor, output.DeviceMinor) == (error.Inode, error.DeviceMajor, error.DeviceMinor);
}
