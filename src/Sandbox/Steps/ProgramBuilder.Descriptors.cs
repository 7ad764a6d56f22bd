using System.Text;
using Sandbox.Syscalls;

namespace Sandbox.Steps;

/// <content>Descriptors that go over sockets (unix(7), SCM_RIGHTS).</content>
internal sealed unsafe partial class ProgramBuilder
{
    /// <summary>recvmsg(2) of one descriptor over a socket whose other end the launcher holds.</summary>
    public Slot ReceiveDescriptor(Slot socket, string name)
    {
        Slot received = NewSlot(name);
        DescriptorMessage* control = Arena.Put(default(DescriptorMessage));
        MessageHeader* message = Message((nint)Arena.Take(1), 1, control);
        Add(new Step
        {
            Kind = StepKind.ReceiveDescriptor,
            Result = received.Index,
            SlotArguments = 1,
            A = socket.Index,
            B = (nint)message,
            C = (nint)control,
        });
        return received;
    }

    /// <summary>sendmsg(2) of one descriptor, with a text that says what it is; passed over where there is no socket.</summary>
    public void SendDescriptor(Slot socket, Slot descriptor, string text)
    {
        DescriptorMessage* control = Arena.Put(DescriptorMessage.Of(-1));
        MessageHeader* message = Message(Text(text), Encoding.UTF8.GetByteCount(text), control);
        Add(new Step
        {
            Kind = StepKind.SendDescriptor,
            Result = Step.NoResult,
            SlotArguments = 1 | 8,
            A = socket.Index,
            B = (nint)message,
            C = (nint)control,
            D = descriptor.Index,
        });
    }

    /// <summary>
    /// The descriptor that a filter reports to goes over a socket as soon as <paramref name="load"/> fills its slot. A thread
    /// of its own sends it, which the filter does not bind: this one may by then be allowed neither sendmsg nor anything else.
    /// </summary>
    public void PassOnListener(Slot socket, Action<Slot> load)
    {
        const int stackSize = 16 * 1024;
        Slot listener = NewSlot("listener");
        DescriptorMessage* control = Arena.Put(DescriptorMessage.Of(-1));
        MessageHeader* message = Message((nint)Arena.Take(1), 1, control);
        HandOver* handOver = Arena.Put(new HandOver { Message = message, Control = control });
        Add(new Step
        {
            Kind = StepKind.PassOn,
            Result = Step.NoResult,
            SlotArguments = 1,
            A = socket.Index,
            B = listener.Index,
            C = (nint)handOver,
            D = (nint)(Arena.Take(stackSize) + stackSize),
        });
        load(listener);
        Add(new Step { Kind = StepKind.AwaitPassedOn, Result = Step.NoResult, A = (nint)handOver });
    }

    /// <summary>A message of some bytes, with room for one descriptor beside them.</summary>
    private MessageHeader* Message(nint bytes, int length, DescriptorMessage* control)
    {
        IoVector* vector = Arena.Put(new IoVector { Base = bytes, Length = (nuint)length });
        return Arena.Put(new MessageHeader
        {
            Vectors = (nint)vector,
            VectorCount = 1,
            Control = (nint)control,
            ControlLength = (nuint)sizeof(DescriptorMessage),
        });
    }
}
