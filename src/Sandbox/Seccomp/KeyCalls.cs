namespace Sandbox.Seccomp;

/// <summary>The system calls by which a process comes to the kernel's keys.</summary>
internal static class KeyCalls
{
    /// <summary>Whether a profile lets any of them happen, through whichever ABI.</summary>
    public static bool AreAdmitted(SeccompProfile profile, FilterContext context)
    {
        foreach (Abi abi in AbiFacts.OfMachine(context.Machine))
        {
            if (!FilterCompiler.IsIn(profile, context, abi))
            {
                continue;
            }

            Policy policy = new(profile, context, abi);
            foreach (string name in DefaultCalls.Keys.Split(' '))
            {
                if (policy.Table.TryGetNumber(name, out uint number) && policy.For(number).MayHappen)
                {
                    return true;
                }
            }
        }

        return false;
    }
}
