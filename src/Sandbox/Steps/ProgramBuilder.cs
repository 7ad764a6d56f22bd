using Sandbox.Syscalls;

namespace Sandbox.Steps;

/// <summary>
/// Writes a launch program step by step. Every argument that the child would have to compute is computed here. The
/// system calls, one method each, are in the parts Calls and Mounts of this class, what is more than one call in the others.
/// </summary>
/// <param name="memory">Where the arena begins, address and size in bytes; by default in memory of its own.</param>
internal sealed unsafe partial class ProgramBuilder((nint Address, int Size) memory = default)
{
    private const int CommandStackSize = 64 * 1024;

    // More than a usual start has. What is not used is never touched.
    private const int UsualSteps = 256;

    private readonly bool _isForEarlyChild = memory.Address != 0;
    private readonly List<Purpose> _purposes = new(32);
    private readonly List<string> _slots = new(96);
    private Step* _steps;
    private int _stepCount;
    private int _stepsTaken;
    private int _commandStart = -1;
    private FailureMark* _mark;
    private InitParameters? _init;

    public Arena Arena { get; } = new(memory);

    private static nint Here => Libc.AT_FDCWD;

    /// <summary>A slot that a step or the launcher will fill.</summary>
    public Slot NewSlot(string name)
    {
        if (_slots.Count > short.MaxValue)
        {
            throw new SandboxException("cannot plan the sandbox", $"it would need more than {short.MaxValue} descriptors", "mount fewer volumes: a directory above them, for instance");
        }

        _slots.Add(name);
        return new Slot((short)(_slots.Count - 1));
    }

    /// <summary>The steps from here on serve <paramref name="purpose"/>.</summary>
    public void For(Purpose purpose) => _purposes.Add(purpose);

    /// <summary>The steps from here on serve to do <paramref name="what"/>.</summary>
    public void For(string what, Func<Errno, string?>? hint = null) => _purposes.Add(new Purpose(what, hint));

    /// <summary>Where failures are told, and what PID 1 works with once the command runs.</summary>
    public void SetInit(InitParameters parameters) => _init = parameters;

    /// <summary>The finished program; nothing may be added to it afterwards.</summary>
    public LaunchProgram Finish()
    {
        int* slots = (int*)Arena.Take(checked(_slots.Count * sizeof(int)));
        new Span<int>(slots, _slots.Count).Fill(-1);
        byte* stack = Arena.Take(CommandStackSize);
        ProgramImage* image = Arena.Put(new ProgramImage
        {
            Steps = _steps,
            StepCount = _stepCount,
            CommandStart = _commandStart < 0 ? _stepCount : _commandStart,
            Slots = slots,
            Init = _init ?? throw new InvalidOperationException("nobody would be told of a failure"),
            CommandStackTop = stack + CommandStackSize,
            Mark = _mark == null ? Arena.Put(default(FailureMark)) : _mark,
        });
        return new LaunchProgram { Image = image, Purposes = [.. _purposes], SlotNames = [.. _slots] };
    }

    /// <summary>Steps are written where the child reads them.</summary>
    private void Add(Step step)
    {
        if (_stepCount == _stepsTaken)
        {
            _stepsTaken = checked(Math.Max(_stepsTaken * 2, UsualSteps));
            Step* more = (Step*)Arena.Take(checked(_stepsTaken * sizeof(Step)));
            new ReadOnlySpan<Step>(_steps, _stepCount).CopyTo(new Span<Step>(more, _stepCount));
            _steps = more;
        }

        step.Purpose = _purposes.Count - 1;
        _steps[_stepCount++] = step;
    }

    private void Call(SystemCall number, in Arguments arguments, Slot? result = null, Errno tolerated = Errno.None) => Add(new Step
    {
        Kind = StepKind.Call,
        Number = (int)number,
        Result = result?.Index ?? Step.NoResult,
        Tolerated = (int)tolerated,
        SlotArguments = arguments.Slots,
        A = arguments.A.Value,
        B = arguments.B.Value,
        C = arguments.C.Value,
        D = arguments.D.Value,
        E = arguments.E.Value,
    });

    private nint Text(string? text) => text is null ? 0 : (nint)Arena.Text(text);

    /// <summary>An argument of a step: a value, or the slot that will hold it.</summary>
    private readonly struct Argument
    {
        public nint Value { get; private init; }

        public bool IsSlot { get; private init; }

        public static implicit operator Argument(Slot slot) => new() { Value = slot.Index, IsSlot = true };

        public static implicit operator Argument(nint value) => new() { Value = value };
    }

    /// <summary>The arguments of one system call.</summary>
    private readonly struct Arguments(Argument a, Argument b = default, Argument c = default, Argument d = default, Argument e = default)
    {
        public Argument A => a;

        public Argument B => b;

        public Argument C => c;

        public Argument D => d;

        public Argument E => e;

        public byte Slots => (byte)((a.IsSlot ? 1 : 0) | (b.IsSlot ? 2 : 0) | (c.IsSlot ? 4 : 0) | (d.IsSlot ? 8 : 0) | (e.IsSlot ? 16 : 0));
    }
}
