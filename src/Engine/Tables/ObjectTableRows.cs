namespace KernelMagnifier.Tables;

/// <summary>Rows of objects: of tables that have few.</summary>
/// <param name="schema">The table.</param>
/// <param name="most">The most rows of a group.</param>
/// <param name="copy">Adds the value that an object has in a column behind the common ones.</param>
internal sealed class ObjectTableRows<T>(TableSchema schema, int most, Action<T, int, TableChunk> copy) : TableRows(schema)
{
    private readonly List<T> _items = [];

    /// <inheritdoc/>
    public override int Count => _items.Count;

    /// <inheritdoc/>
    public override bool IsFull => _items.Count >= most;

    /// <summary>Adds a row.</summary>
    public void Add(T item) => _items.Add(item);

    /// <inheritdoc/>
    public override void Clear() => _items.Clear();

    /// <inheritdoc/>
    private protected override void CopyOwn(int column, int from, TableChunk chunk)
    {
        for (var row = from; row < _items.Count && !chunk.IsFull; row++) copy(_items[row], column, chunk);
    }
}
