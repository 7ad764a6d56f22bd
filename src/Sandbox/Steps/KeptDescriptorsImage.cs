using System.Runtime.InteropServices;

namespace Sandbox.Steps;

/// <summary>Which descriptors stay open beside the standard ones: those of slots, and numbers.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct KeptDescriptorsImage
{
    public int* Slots;

    public int SlotCount;

    public int* Numbers;

    public int NumberCount;
}
