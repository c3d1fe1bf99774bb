namespace KernelMagnifier.Tables;

/// <summary>Rows that are to be written as one group.</summary>
internal abstract class TableRows
{
    /// <summary>The number of rows.</summary>
    public abstract int Count { get; }

    /// <summary>Copies the values of a column.</summary>
    /// <param name="column">The number of the column.</param>
    /// <param name="from">The first row.</param>
    /// <param name="chunk">Receives the values of as many rows as it has room for.</param>
    public abstract void Copy(int column, int from, TableChunk chunk);
}
