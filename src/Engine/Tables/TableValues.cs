namespace KernelMagnifier.Tables;

/// <summary>The values of one column in a batch of rows, by row.</summary>
internal sealed class TableValues
{
    /// <summary>The most rows of a batch.</summary>
    public const int Most = 1 << 13;

    /// <summary>Whether a row has a value.</summary>
    public bool[] Has { get; } = new bool[Most];

    /// <summary>The integers, times and flags (1 for true).</summary>
    public long[] Longs { get; init; } = [];

    /// <summary>The real numbers.</summary>
    public double[] Reals { get; init; } = [];

    /// <summary>The texts.</summary>
    public string?[] Texts { get; init; } = [];

    /// <summary>The lists of integers.</summary>
    public List<long?>?[] LongLists { get; init; } = [];

    /// <summary>The lists of texts.</summary>
    public List<string?>?[] TextLists { get; init; } = [];

    /// <summary>Makes room for a column.</summary>
    public static TableValues Of(TableType type) => type switch
    {
        TableType.Real => new TableValues { Reals = new double[Most] },
        TableType.Name or TableType.Text or TableType.Json => new TableValues { Texts = new string?[Most] },
        TableType.Longs => new TableValues { LongLists = new List<long?>?[Most] },
        TableType.Texts => new TableValues { TextLists = new List<string?>?[Most] },
        _ => new TableValues { Longs = new long[Most] },
    };
}
