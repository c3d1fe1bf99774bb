namespace KernelMagnifier.Tables;

/// <summary>
/// Rows of one table that are written as one group. They are kept as the records that they come from; columns are made of them
/// when they are written, on the thread that writes.
/// </summary>
internal abstract class TableRows(TableSchema schema)
{
    /// <summary>The table.</summary>
    public TableSchema Schema => schema;

    /// <summary>The number of rows.</summary>
    public abstract int Count { get; }

    /// <summary>Whether the rows should be written before further ones are added.</summary>
    public abstract bool IsFull { get; }

    /// <summary>The machine of all rows.</summary>
    public string? Host { get; init; }

    /// <summary>The recording of all rows.</summary>
    public string? Recording { get; init; }

    /// <summary>Whether several threads can make columns at once, after <see cref="Prepare"/>.</summary>
    public virtual bool IsParallel => false;

    /// <summary>Prepares to make columns of all rows. Called by the thread that writes.</summary>
    public virtual void Prepare()
    {
    }

    /// <summary>Forgets the rows. The memory is kept for others.</summary>
    public abstract void Clear();

    /// <summary>Makes the values of a column, of as many rows as the chunk has room for.</summary>
    /// <param name="column">The number of the column in the schema.</param>
    /// <param name="from">The first row.</param>
    /// <param name="chunk">Receives the values.</param>
    public void Copy(int column, int from, TableChunk chunk)
    {
        chunk.Reset(schema.Columns[column]);
        if (column >= TableSchema.Common)
        {
            CopyOwn(column - TableSchema.Common, from, chunk);
            return;
        }
        chunk.AddRepeated(column == TableSchema.Host ? Host : Recording, Count - from);
    }

    /// <summary>Makes the values of a column.</summary>
    /// <param name="column">The number of the column behind the common ones.</param>
    /// <param name="from">The first row.</param>
    /// <param name="chunk">Receives the values.</param>
    private protected abstract void CopyOwn(int column, int from, TableChunk chunk);
}
