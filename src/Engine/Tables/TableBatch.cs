namespace KernelMagnifier.Tables;

/// <summary>Rows that were read, by column. A column that the file does not have is null in every row.</summary>
/// <param name="schema">The table.</param>
/// <param name="values">
/// The values by the number of the column in the schema; null for a column that the file does not have.
/// </param>
internal sealed class TableBatch(TableSchema schema, TableValues?[] values)
{
    /// <summary>The number of rows.</summary>
    public int Count { get; set; }

    /// <summary>The row that the other members are of.</summary>
    public int Row { get; set; }

    /// <summary>An integer or a time.</summary>
    public long? Long(int column) => values[column] is { } of && of.Has[Row] ? of.Longs[Row] : null;

    /// <summary>An integer that must be in a range.</summary>
    /// <exception cref="FormatException">It is not.</exception>
    public long? Long(int column, long least, long most = long.MaxValue)
        => Long(column) is not { } value ? null : value >= least && value <= most ? value : throw Wrong(column,
            "is not possible");

    /// <summary>An integer that must be in a range; -1 for none.</summary>
    /// <exception cref="FormatException">It is not.</exception>
    public int Int(int column, int most = int.MaxValue) => (int)(Long(column, 0, most) ?? -1);

    /// <summary>An integer that must be there.</summary>
    /// <exception cref="FormatException">It is not, or not in the range.</exception>
    public long Required(int column, long least = long.MinValue) => Long(column, least) ?? throw Wrong(column, "is missing");

    /// <summary>A text.</summary>
    public string? Text(int column) => values[column] is { } of && of.Has[Row] ? of.Texts[Row] : null;

    /// <summary>A text that must be there.</summary>
    /// <exception cref="FormatException">It is not.</exception>
    public string RequiredText(int column)
        => Text(column) is { Length: > 0 } text ? text : throw Wrong(column, "is missing");

    /// <summary>A list of texts.</summary>
    public IReadOnlyList<string?>? Texts(int column) => values[column] is { } of && of.Has[Row] ? of.TextLists[Row] : null;

    /// <summary>A list of integers.</summary>
    public IReadOnlyList<long?>? Longs(int column) => values[column] is { } of && of.Has[Row] ? of.LongLists[Row] : null;

    /// <summary>A name of an enumeration.</summary>
    /// <exception cref="FormatException">It is another one.</exception>
    public T? Choice<T>(int column) where T : struct, Enum
        => Text(column) is not { } text ? null
            : Enum.TryParse<T>(text, out var value) && value.ToString() == text ? value : throw Wrong(column,
                $"has an unknown value");

    /// <summary>The error of a value.</summary>
    public FormatException Wrong(int column, string problem) => new($"the value of '{schema.Columns[column].Name}' {problem}");
}
