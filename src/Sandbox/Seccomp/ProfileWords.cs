using Sandbox.Syscalls;

namespace Sandbox.Seccomp;

/// <summary>The words of profiles for actions and comparisons, as libseccomp and the runtime specification have them.</summary>
internal static class ProfileWords
{
    private static ReadOnlySpan<(string Word, uint Action)> Actions => new (string, uint)[]
    {
        ("SCMP_ACT_ALLOW", SeccompAction.Allow.Value),
        ("SCMP_ACT_ERRNO", SeccompAction.Fail(Errno.None).Value),
        ("SCMP_ACT_KILL_PROCESS", SeccompAction.KillProcess.Value),
        ("SCMP_ACT_KILL_THREAD", SeccompAction.KillThread.Value),
        ("SCMP_ACT_KILL", SeccompAction.KillThread.Value),
        ("SCMP_ACT_TRAP", SeccompAction.Trap.Value),
        ("SCMP_ACT_TRACE", SeccompAction.Trace(0).Value),
        ("SCMP_ACT_LOG", SeccompAction.Log.Value),
        ("SCMP_ACT_NOTIFY", SeccompAction.Notify.Value),
    };

    private static ReadOnlySpan<(string Word, Comparison Comparison)> Comparisons => new (string, Comparison)[]
    {
        ("SCMP_CMP_EQ", Comparison.Equal),
        ("SCMP_CMP_NE", Comparison.NotEqual),
        ("SCMP_CMP_LT", Comparison.Less),
        ("SCMP_CMP_LE", Comparison.LessOrEqual),
        ("SCMP_CMP_GT", Comparison.Greater),
        ("SCMP_CMP_GE", Comparison.GreaterOrEqual),
        ("SCMP_CMP_MASKED_EQ", Comparison.MaskedEqual),
    };

    /// <summary>The action of a word, without data; null for a word that is none.</summary>
    public static SeccompAction? ActionOf(string word)
    {
        foreach ((string known, uint action) in Actions)
        {
            if (known == word)
            {
                return new SeccompAction(action);
            }
        }

        return null;
    }

    /// <summary>The word of an action without data.</summary>
    public static string NameOf(SeccompAction kind)
    {
        foreach ((string word, uint action) in Actions)
        {
            if (action == kind.Value)
            {
                return word;
            }
        }

        return $"0x{kind.Value:x8}";
    }

    public static Comparison? ComparisonOf(string word)
    {
        foreach ((string known, Comparison comparison) in Comparisons)
        {
            if (known == word)
            {
                return comparison;
            }
        }

        return null;
    }

    public static string NameOf(Comparison comparison)
    {
        foreach ((string word, Comparison known) in Comparisons)
        {
            if (known == comparison)
            {
                return word;
            }
        }

        throw new ArgumentOutOfRangeException(nameof(comparison));
    }
}
