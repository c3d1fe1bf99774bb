using KernelMagnifier.Tables;

namespace KernelMagnifier.Parquet;

/// <summary>Tables as Apache Parquet files.</summary>
internal sealed class ParquetTables : TableFormat
{
    /// <inheritdoc/>
    public override string Extension => ".parquet";

    /// <summary>Returns the format.</summary>
    /// <exception cref="KernelMagnifierException">
    /// <see cref="ErrorCode.ToolNotFound"/>: the native library is not beside the program.
    /// </exception>
    public static TableFormat Create() => new ParquetTables();

    /// <inheritdoc/>
    public override TableFileWriter Create(IReadOnlyList<TableColumn> columns, Stream output) => throw new NotImplementedException();

    /// <inheritdoc/>
    public override TableFileReader Open(Stream input, string path) => throw new NotImplementedException();
}
