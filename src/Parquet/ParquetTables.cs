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
    public static TableFormat Create()
    {
        NativeLibraries.Check();
        return new ParquetTables();
    }

    /// <inheritdoc/>
    public override TableFileWriter Create(TableSchema schema, IReadOnlyList<int> columns, Stream output)
        => new ParquetWriter(schema, columns, output);

    /// <inheritdoc/>
    public override TableFileReader Open(Stream input, string path) => ParquetReader.Open(input, path);
}
