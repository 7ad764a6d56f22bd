namespace Sandbox.Steps;

/// <content>Steps that an early child may have done already.</content>
internal sealed unsafe partial class ProgramBuilder
{
    private const int NothingUsed = -1;

    /// <summary>
    /// Attaches the mount that the early child has made, and passes over the steps up to <see cref="EndUse"/>; where there is no
    /// such mount they make it. Later steps must not need anything else that these leave behind.
    /// </summary>
    /// <param name="mount">Null for what no such child makes.</param>
    /// <returns>For <see cref="EndUse"/>.</returns>
    public int Use(Prepared? mount, Slot place) => Use(mount, place, "");

    /// <summary>The same at a path relative to the working directory, where nothing foreign is.</summary>
    public int Use(Prepared? mount, string path) => Use(mount, Here, path);

    /// <summary>The same of what is no mount.</summary>
    public int Use(Prepared? what) => Use(what, Here, "");

    /// <summary>Ends the steps that are passed over where the early child has done their work.</summary>
    public void EndUse(int use)
    {
        if (use != NothingUsed)
        {
            _steps[use].D = _stepCount - use - 1;
        }
    }

    private int Use(Prepared? what, Argument directory, string path)
    {
        if (!_isForEarlyChild || what is null)
        {
            return NothingUsed;
        }

        Add(new Step
        {
            Kind = StepKind.UsePrepared,
            Result = Step.NoResult,
            SlotArguments = (byte)(directory.IsSlot ? 1 : 0),
            A = directory.Value,
            B = Text(path),
            C = (nint)what.Value,
        });
        return _stepCount - 1;
    }
}
