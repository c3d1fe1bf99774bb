namespace KernelMagnifier.Symbols.Dwarf;

/// <summary>How much of the shared tables may be read for one file; what points many units at one large table does not make us read it many times.</summary>
internal sealed class WorkBudget(long bytes)
{
    private long _left = bytes;

    public void Spend(long bytes)
    {
        if (Interlocked.Add(ref _left, -(bytes + 16)) < 0)
            throw new ExhaustedException();
    }

    /// <summary>The budget is used up: no honest file does that.</summary>
    public sealed class ExhaustedException() : Exception("its tables refer to each other so often that no compiler can have made them");
}
