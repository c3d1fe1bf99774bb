namespace KernelMagnifier.Tables;

/// <summary>A format of files that hold a table, such as Parquet, whose library is not part of the engine.</summary>
internal abstract class TableFormat
{
    /// <summary>The end of the names of files, with its dot.</summary>
    public abstract string Extension { get; }

    /// <summary>Starts a file.</summary>
    /// <param name="schema">The table.</param>
    /// <param name="columns">The numbers of the columns of the table that the file has, ascending.</param>
    /// <param name="output">The stream, which is not closed.</param>
    public abstract TableFileWriter Create(TableSchema schema, IReadOnlyList<int> columns, Stream output);

    /// <summary>Opens a file.</summary>
    /// <param name="input">The file, which can seek. It is not closed.</param>
    /// <param name="path">Its path, for errors.</param>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.TableUnreadable"/>.</exception>
    public abstract TableFileReader Open(Stream input, string path);
}
