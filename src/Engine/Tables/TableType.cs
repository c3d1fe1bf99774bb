namespace KernelMagnifier.Tables;

/// <summary>The type of a column.</summary>
internal enum TableType
{
    /// <summary>Nanoseconds of Unix time, in UTC.</summary>
    Time,

    /// <summary>An integer of 32 bits.</summary>
    Int,

    /// <summary>An integer of 64 bits.</summary>
    Long,

    /// <summary>A real number of 64 bits.</summary>
    Real,

    /// <summary>True or false.</summary>
    Bool,

    /// <summary>A text of which there are few different ones.</summary>
    Name,

    /// <summary>A text.</summary>
    Text,

    /// <summary>A JSON document.</summary>
    Json,

    /// <summary>A list of integers of 64 bits.</summary>
    Longs,

    /// <summary>A list of texts.</summary>
    Texts,
}
