using System.Collections.Immutable;
using Sandbox.Json;

namespace Sandbox.Spec;

/// <summary>Reads "hooks".</summary>
internal static class HookReader
{
    public static HooksSpec Read(JsonPlace? hooks) => hooks is null ? HooksSpec.None : new HooksSpec
    {
        Prestart = List(hooks, "prestart"),
        CreateRuntime = List(hooks, "createRuntime"),
        CreateContainer = List(hooks, "createContainer"),
        StartContainer = List(hooks, "startContainer"),
        Poststart = List(hooks, "poststart"),
        Poststop = List(hooks, "poststop"),
    };

    private static ImmutableArray<HookSpec> List(JsonPlace hooks, string kind)
    {
        ImmutableArray<HookSpec>.Builder list = ImmutableArray.CreateBuilder<HookSpec>();
        foreach (JsonPlace hook in hooks.Items(kind))
        {
            list.Add(new HookSpec
            {
                Path = ConfigReader.Absolute(hook.Required("path")),
                Args = hook.Texts("args"),
                Env = hook.Member("env") is null ? null : hook.Texts("env"),
                Timeout = (int?)hook.Member("timeout")?.Integer(1, int.MaxValue),
            });
        }

        return list.ToImmutable();
    }
}
