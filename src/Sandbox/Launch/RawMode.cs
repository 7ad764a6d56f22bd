using Sandbox.Syscalls;

namespace Sandbox.Launch;

/// <summary>The caller's terminal with every key passed on as it is, and its way back, which a launcher that crashes goes too.</summary>
internal sealed class RawMode(int terminal)
{
    private KernelTermios _before;
    private KernelTermios _raw;
    private bool _entered;

    /// <summary>Enters it; a terminal that is in it already, because who stopped the launcher did not care, keeps its way back.</summary>
    public void Enter()
    {
        if (!Libc.TryGetModes(terminal, out KernelTermios now) || (_entered && now.IsLike(_raw)))
        {
            return;
        }

        _before = now;
        _raw = now.Raw();
        _entered = true;
        FaultSignals.GiveBack(terminal, _before);
        Libc.SetModes(terminal, _raw);
    }

    /// <summary>Leaves it, if it was entered.</summary>
    public void Leave()
    {
        if (_entered)
        {
            _entered = false;
            Libc.SetModes(terminal, _before);
            FaultSignals.GaveBack();
        }
    }
}
