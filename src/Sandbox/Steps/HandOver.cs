using System.Runtime.InteropServices;
using Sandbox.Syscalls;

namespace Sandbox.Steps;

/// <summary>What a process needs that sends a descriptor on: where it will be, and what it goes over.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct HandOver
{
    /// <summary>The slot's place; -1 there until the descriptor exists.</summary>
    public int* Descriptor;

    public int Socket;

    public MessageHeader* Message;

    /// <summary>The part of the message that takes the descriptor.</summary>
    public DescriptorMessage* Control;

    /// <summary>Not zero once it has gone.</summary>
    public volatile int Sent;
}
