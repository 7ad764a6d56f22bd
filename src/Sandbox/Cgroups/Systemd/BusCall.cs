namespace Sandbox.Cgroups;

/// <summary>A method call of D-Bus.</summary>
/// <param name="Signature">Of the arguments that <paramref name="Body"/> writes.</param>
internal sealed record BusCall(string Destination, string Path, string Interface, string Member, string Signature, Action<BusWriter> Body)
{
    private const byte PathField = 1, InterfaceField = 2, MemberField = 3, DestinationField = 6, SignatureField = 8;

    /// <summary>The whole message: a header of fixed length, fields, and the body on a multiple of eight.</summary>
    public byte[] ToBytes(uint serial)
    {
        BusWriter body = new();
        Body(body);
        BusWriter message = new BusWriter()
            .Byte((byte)'l').Byte((byte)BusMessageType.MethodCall).Byte(0).Byte(1)
            .Number((uint)body.Length).Number(serial)
            .List(8, fields =>
            {
                Field(fields, PathField, "o", Path);
                Field(fields, InterfaceField, "s", Interface);
                Field(fields, MemberField, "s", Member);
                Field(fields, DestinationField, "s", Destination);
                if (Signature.Length > 0)
                {
                    fields.Align(8).Byte(SignatureField).Signature("g").Signature(Signature);
                }
            });
        return message.Align(8).Raw(body.ToArray()).ToArray();
    }

    private static void Field(BusWriter fields, byte code, string signature, string value) => fields.Align(8).Byte(code).Signature(signature).Text(value);
}
