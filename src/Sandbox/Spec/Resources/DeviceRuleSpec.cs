namespace Sandbox.Spec;

/// <summary>One rule of "resources.devices": who may read, write or make (mknod(2)) which device nodes.</summary>
/// <param name="Kind">What kind of device; <see cref="DeviceKind.All"/> for both, with any number.</param>
/// <param name="Major">Null for any.</param>
/// <param name="Minor">Null for any.</param>
internal readonly record struct DeviceRuleSpec(bool Allow, DeviceKind Kind, uint? Major, uint? Minor, DeviceAccess Access);
