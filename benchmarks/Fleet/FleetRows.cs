namespace KernelMagnifier.Benchmarks.Fleet;

/// <summary>Receives the rows of a table, value by value in the order of the columns of docs/formats/tables.md.</summary>
internal abstract class FleetRows : IDisposable
{
    /// <summary>A name, text or JSON.</summary>
    public abstract void Text(string? value);

    /// <summary>A whole number of 32 or 64 bits.</summary>
    public abstract void Number(long? value);

    /// <summary>A time in nanoseconds of Unix time.</summary>
    public abstract void Time(long? value);

    /// <summary>A real number.</summary>
    public abstract void Real(double value);

    /// <summary>A list of whole numbers.</summary>
    public abstract void Numbers(IEnumerable<long?> values);

    /// <summary>Ends the row.</summary>
    public abstract void End();

    /// <inheritdoc/>
    public abstract void Dispose();
}
