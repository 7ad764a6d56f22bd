using System.Collections.Immutable;
using System.Text;
using Sandbox.Syscalls;

namespace Sandbox.Steps;

/// <content>The steps of a container that is made by one process and started by another.</content>
internal sealed unsafe partial class ProgramBuilder
{
    /// <summary>Tells the launcher how far it is.</summary>
    public void Tell(LaunchStage stage) => Add(new Step { Kind = StepKind.Tell, Result = Step.NoResult, A = (nint)stage });

    /// <summary>
    /// accept4(2): waits until somebody connects to a socket. From there on the connection takes the place of the launcher's
    /// pipe: who let this process go on is told what fails.
    /// </summary>
    public void PassGate(Slot gate, Slot report) => Call(SystemCall.accept4, new(gate, 0, 0, (nint)SocketType.SOCK_CLOEXEC), report);

    /// <summary>Closes all descriptors but 0, 1 and 2, those of some slots, and some numbers. A slot that is absent keeps none.</summary>
    public void KeepOnly(ReadOnlySpan<Slot?> slots, ReadOnlySpan<int> numbers)
    {
        KeptDescriptorsImage kept = new() { Slots = (int*)Arena.Take(slots.Length * sizeof(int)), Numbers = (int*)Arena.Take(numbers.Length * sizeof(int)) };
        foreach (Slot? slot in slots)
        {
            if (slot is { } present)
            {
                kept.Slots[kept.SlotCount++] = present.Index;
            }
        }

        numbers.CopyTo(new Span<int>(kept.Numbers, numbers.Length));
        kept.NumberCount = numbers.Length;
        Add(new Step { Kind = StepKind.KeepOnly, Result = Step.NoResult, A = (nint)Arena.Put(kept) });
    }

    /// <summary>Checks that one of the command's candidates may be executed by a user, who has these capabilities.</summary>
    public void ProveRights(CommandImage* command, uint uid, uint gid, ulong effective) => Add(new Step
    {
        Kind = StepKind.ProveRights,
        Result = Step.NoResult,
        A = (nint)command,
        B = (nint)Arena.Put(new RightsImage { Uid = uid, Gid = gid, Effective = effective }),
    });

    /// <summary>Runs a program with a text on its standard input, to its end.</summary>
    /// <param name="state">The text in front of the number of this process, and behind it.</param>
    public void RunHook(string path, ImmutableArray<string> arguments, ImmutableArray<string> environment, int timeout, (string Head, string Tail) state)
    {
        HookImage* hook = Arena.Put(new HookImage
        {
            Path = Arena.Text(path),
            Arguments = Arena.Texts(arguments),
            Environment = Arena.Texts(environment),
            Timeout = timeout,
            StateHead = Arena.Text(state.Head),
            StateHeadLength = Encoding.UTF8.GetByteCount(state.Head),
            StateTail = Arena.Text(state.Tail),
            StateTailLength = Encoding.UTF8.GetByteCount(state.Tail),
        });
        Add(new Step { Kind = StepKind.RunHook, Result = Step.NoResult, A = (nint)hook });
    }
}
