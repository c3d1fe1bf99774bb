namespace KernelMagnifier.Tables;

/// <summary>Reads one file, in batches of rows.</summary>
internal abstract class TableFileReader : IDisposable
{
    /// <summary>The keys and values of the file. Untrusted text.</summary>
    public abstract IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>The columns. Untrusted. One whose type is none of <see cref="TableType"/> has null.</summary>
    public abstract IReadOnlyList<(string Name, TableType? Type)> Columns { get; }

    /// <summary>The number of rows that the file states.</summary>
    public abstract long Rows { get; }

    /// <summary>Reads rows, from the first on. The batch is valid until the next one is read.</summary>
    /// <param name="schema">The table, of whose columns those are read that the file has.</param>
    /// <param name="cancel">Ends the reading.</param>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.TableUnreadable"/>.</exception>
    public abstract IEnumerable<TableBatch> Read(TableSchema schema, CancellationToken cancel);

    /// <inheritdoc/>
    public abstract void Dispose();
}
