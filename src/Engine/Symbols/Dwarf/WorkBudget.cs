namespace KernelMagnifier.Symbols.Dwarf;

/// <summary>
/// Limits how many bytes of shared tables are read for one file. In a made-up file many units can refer to one large table;
/// without the limit it would be read once per unit.
/// </summary>
internal sealed class WorkBudget(long bytes)
{
    private long _left = bytes;

    /// <exception cref="ExhaustedException">The budget is used up.</exception>
    public void Spend(long bytes)
    {
        if (Interlocked.Add(ref _left, -(bytes + 16)) < 0)
            throw new ExhaustedException();
    }

    /// <summary>The budget is used up. No file written by a compiler does that.</summary>
    public sealed class ExhaustedException() : Exception("its tables refer to each other more often than those of any compiler");
}
