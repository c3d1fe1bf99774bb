namespace KernelMagnifier.Tables;

/// <summary>A column of a table.</summary>
/// <param name="Name">The name.</param>
/// <param name="Type">The type.</param>
/// <param name="Meaning">What it is.</param>
/// <param name="IsRequired">Whether every row has a value.</param>
internal sealed record TableColumn(string Name, TableType Type, string Meaning, bool IsRequired = false)
{
    /// <summary>Whether the values are bytes of text.</summary>
    public bool IsText => Type is TableType.Name or TableType.Text or TableType.Json or TableType.Texts;

    /// <summary>Whether a row has a list of values.</summary>
    public bool IsList => Type is TableType.Longs or TableType.Texts;
}
