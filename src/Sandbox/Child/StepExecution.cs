using Sandbox.Steps;
using Sandbox.Syscalls;

namespace Sandbox.Child;

/// <summary>Carries out the steps of a launch program one after the other: what is more than a few lines is in a file of its own.</summary>
internal static unsafe class StepExecution
{
    /// <summary>Those from one on, up to another; a failed one ends the process.</summary>
    public static void Run(ProgramImage* program, int from, int to)
    {
        for (int index = from; index < to; index++)
        {
            Step* step = program->Steps + index;
            nint result = 0;
            int detail = 0;
            nint a = step->A, b = step->B, c = step->C, d = step->D, e = step->E;
            if (step->SlotArguments != 0 && !LoadSlots(program->Slots, step, &a, &b, &c, &d, &e))
            {
                continue;
            }

            switch (step->Kind)
            {
                case StepKind.Call when step->Number == (int)SystemCall.openat2:
                    result = ScopedOpening.Open(a, b, c, d);
                    break;
                case StepKind.Call:
                    result = Native.Call(step->Number, a, b, c, d, e, 0);
                    result = result < 0 ? -*Native.ErrnoLocation() : result;
                    break;
                case StepKind.Await:
                    byte go;
                    result = Native.Call(SystemCall.read, a, (nint)(&go), 1);
                    if (result == 0)
                    {
                        Interpreter.Exit(Interpreter.LaunchFailed);
                    }

                    result = result < 0 ? -*Native.ErrnoLocation() : result;
                    break;
                case StepKind.FindTarget:
                    result = MountTarget.Find((int)a, (byte*)b, (int)c, (int)d, links: e != 0);
                    break;
                case StepKind.Cover:
                    result = MountCover.Hide((int)a, (byte*)b, (int)c, (int)d, e != 0);
                    break;
                case StepKind.UsePrepared:
                    index += Preparation.Use(program->Early, (Prepared)c, a, b) ? (int)d : 0;
                    break;
                case StepKind.Expect:
                    result = (*(ulong*)a & (ulong)e) == (ulong)b ? 0 : -c;
                    break;
                case StepKind.Refuse:
                    result = *(ulong*)a == (ulong)b ? -c : 0;
                    break;
                case StepKind.ReceiveDescriptor:
                    result = Receive((int)a, (MessageHeader*)b, (DescriptorMessage*)c);
                    break;
                case StepKind.SendDescriptor:
                    result = Send((int)a, (MessageHeader*)b, (DescriptorMessage*)c, (int)d);
                    break;
                case StepKind.PassOn:
                    result = DescriptorSender.Start((HandOver*)c, program->Slots + b, (int)a, (byte*)d);
                    break;
                case StepKind.AwaitPassedOn:
                    DescriptorSender.Await((HandOver*)a);
                    break;
                case StepKind.KeepOnly:
                    result = KeptDescriptors.CloseOthers(program->Slots, (KeptDescriptorsImage*)a);
                    break;
                case StepKind.Erase:
                    Erase((byte*)a, b, (byte*)c);
                    break;
                case StepKind.AllowBeneath:
                    result = LandlockRule.Add((int)a, (ulong)b, (int)c);
                    break;
                case StepKind.Measure:
                    result = Measurement.Send((int)a);
                    break;
                case StepKind.Guard:
                    Guard.Run((int)a, (int)b);
                    break;
                case StepKind.TryNamespace:
                    result = TryNamespace(program->Slots + a, b);
                    break;
                case StepKind.OpenProcesses:
                    result = ForeignProcesses.Open((int)a, (ProcessesImage*)b);
                    break;
                case StepKind.HandOver:
                    result = Successor.Make(program, (ulong)a, (IdMapImage*)b);
                    break;
                case StepKind.MakeNode:
                    result = NodeMaking.Make((int)a, (byte*)b, (NodeImage*)c);
                    break;
                case StepKind.CopyTree:
                    result = TreeCopy.Copy((int)a, (int)b);
                    break;
                case StepKind.CopyMode:
                    result = TreeCopy.CopyMode((int)a, (int)b);
                    break;
                case StepKind.Tell:
                    result = Telling.Stage(program, (int)a);
                    break;
                case StepKind.RunHook:
                    result = HookExecution.Run((HookImage*)a, &detail);
                    break;
                case StepKind.InspectCommand:
                    result = CommandInspection.Run((CommandImage*)a, &detail);
                    break;
                case StepKind.ProveRights:
                    result = CommandRights.Prove((CommandImage*)a, (RightsImage*)b);
                    break;
                case StepKind.Execute:
                    result = CommandExecution.Run((CommandImage*)a, &detail);
                    break;
                default:
                    result = -(int)Errno.ENOSYS;
                    break;
            }

            if (result < 0)
            {
                if (step->Tolerated == 0 || -result != step->Tolerated)
                {
                    Interpreter.Fail(program, index, (int)-result, detail);
                }
            }
            else if (step->Result >= 0)
            {
                program->Slots[step->Result] = (int)result;
            }
        }
    }

    /// <summary>Puts descriptors in the place of slot numbers; false when one of them is absent.</summary>
    private static bool LoadSlots(int* slots, Step* step, nint* a, nint* b, nint* c, nint* d, nint* e)
    {
        int which = step->SlotArguments;
        return Load(slots, which & 1, a) && Load(slots, which & 2, b) && Load(slots, which & 4, c) && Load(slots, which & 8, d) && Load(slots, which & 16, e);
    }

    private static bool Load(int* slots, int isSlot, nint* argument)
    {
        if (isSlot != 0)
        {
            *argument = slots[*argument];
            return *argument >= 0;
        }

        return true;
    }

    private static nint TryNamespace(int* slot, nint kind)
    {
        nint entered = Native.Call(SystemCall.setns, *slot, kind);
        if (entered < 0)
        {
            return -*Native.ErrnoLocation();
        }

        Native.Call(SystemCall.close, *slot);
        *slot = -1;
        return 0;
    }

    private static nint Receive(int socket, MessageHeader* message, DescriptorMessage* control)
    {
        const nint MSG_CMSG_CLOEXEC = 0x40000000;
        nint received = Native.Call(SystemCall.recvmsg, socket, (nint)message, MSG_CMSG_CLOEXEC);
        if (received < 0)
        {
            return -*Native.ErrnoLocation();
        }

        bool whole = received == 1 && control->Type == DescriptorMessage.Rights && control->Length == DescriptorMessage.LengthOfOne;
        return whole ? control->Descriptor : -(nint)(int)Errno.EBADF;
    }

    private static nint Send(int socket, MessageHeader* message, DescriptorMessage* control, int descriptor)
    {
        const nint MSG_NOSIGNAL = 0x4000;
        control->Descriptor = descriptor;
        nint sent = Native.Call(SystemCall.sendmsg, socket, (nint)message, MSG_NOSIGNAL);
        return sent < 0 ? -*Native.ErrnoLocation() : 0;
    }

    private static void Erase(byte* from, nint length, byte* name)
    {
        nint index = 0;
        for (; index + sizeof(ulong) <= length; index += sizeof(ulong))
        {
            *(ulong*)(from + index) = 0;
        }

        for (; index < length; index++)
        {
            from[index] = 0;
        }

        // ps(1) shows a '?' of who has no words at all.
        for (index = 0; index + 1 < length && name[index] != 0; index++)
        {
            from[index] = name[index];
        }
    }
}
