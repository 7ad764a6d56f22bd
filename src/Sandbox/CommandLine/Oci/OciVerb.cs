using System.Collections.Immutable;

namespace Sandbox.CommandLine;

/// <summary>
/// <c>sandbox oci</c>, and the whole of <c>sandbox-oci</c>: options of all operations, the operation, and what that one
/// takes.
/// </summary>
internal sealed class OciVerb : Verb
{
    /// <summary>The name under which the executable is the runtime.</summary>
    public const string ProgramName = "sandbox-oci";

    public static OciVerb Entry => new()
    {
        Name = OciRows.Topic,
        Summary = "Be an OCI runtime, as podman, containerd and docker call one",
        Description =
        [
            "Called as sandbox-oci (by a link of that name) sandbox is the runtime right away. The options of all operations may stand before the operation or after it, the operation's own before the container's id or after it.",
        ],
        Operand = new() { Usage = "OPERATION [ARG...]", Kind = ValueKind.Choice, Choices = OciVerbs.Names, ThenCommand = true },
        Examples =
        [
            new("Run a bundle", "sandbox oci run --bundle ./bundle one"),
            new("Make a container, start it and remove it", "sandbox oci create one"),
            new("Look at it", "sandbox oci state one"),
        ],
    };

    public override ImmutableArray<OptionGroup> OptionGroups => [OciRows.Global<GlobalWords>()];

    public override ImmutableArray<Verb> Operations => OciVerbs.All(new OciGlobal());

    public override Invocation Read(ReadOnlySpan<string> words)
    {
        OciGlobal global = new();
        return ReadOperation(words, ref global) switch
        {
            Refusal refusal => new OciRefusal(refusal) { Operation = "", Global = global },
            Invocation read => read,
        };
    }

    /// <param name="global">Takes the options in front of the operation.</param>
    private static Invocation ReadOperation(ReadOnlySpan<string> words, ref OciGlobal global)
    {
        OptionReader<GlobalWords> reader = new(OciRows.Topic, [OciRows.Global<GlobalWords>()]);
        Invocation read = reader.Read(new GlobalWords { Operation = "" }, words, out int place);
        if (read is not GlobalWords common)
        {
            return read;
        }

        global = common.Global;
        if (place == words.Length)
        {
            return new Refusal("missing operation", "allowed are " + string.Join(", ", OciVerbs.Names), "'sandbox help oci' explains them");
        }

        if (words[place] == "help")
        {
            return new HelpOptions { Topic = OciRows.Topic };
        }

        foreach (Verb operation in OciVerbs.All(global))
        {
            if (operation.Name == words[place])
            {
                return operation.Read(words[(place + 1)..]);
            }
        }

        string hint = Nearest.Find(words[place], OciVerbs.Names) is { } nearest ? $"did you mean {nearest}?" : "'sandbox help oci' explains them";
        return new Refusal($"unknown operation '{words[place]}'", "allowed are " + string.Join(", ", OciVerbs.Names), hint);
    }

    /// <summary>The options in front of the operation.</summary>
    private sealed record GlobalWords : OciInvocation;
}
