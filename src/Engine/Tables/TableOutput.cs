using KernelMagnifier.Files;
using KernelMagnifier.Model;

namespace KernelMagnifier.Tables;

/// <summary>
/// A file that is being written. Full groups of rows are written on another thread while the next group is filled, so at most two
/// are in memory.
/// </summary>
internal sealed class TableOutput : IDisposable
{
    private readonly OutputFile _file;
    private readonly TableFileWriter _writer;
    private readonly Func<TableRows> _make;
    private TableRows? _current, _spare;
    private Task? _writing;

    /// <summary>Creates the file under its temporary name.</summary>
    /// <param name="path">The path of the complete file.</param>
    /// <param name="place">What is in it.</param>
    /// <param name="format">The format.</param>
    /// <param name="options">How it is written.</param>
    /// <param name="make">Makes an empty group of rows.</param>
    public TableOutput(string path, in TablePlace place, TableFormat format, TableExportOptions options, Func<TableRows> make)
    {
        (Path, Place, _make) = (path, place, make);
        _file = OutputFile.CreatePart(path, options.Force, options.Inputs);
        var schema = TableSchema.Of(place.Table);
        var columns = Enumerable.Range(0, schema.Columns.Count).Where(column => !options.PartitionBy.Any(
            partition => column == (partition == TablePartition.Host ? TableSchema.Host : TableSchema.Recording)));
        try
        {
            _writer = format.Create(schema, [.. columns], _file.Stream);
        }
        catch
        {
            _file.Dispose();
            throw;
        }
    }

    /// <summary>The path of the complete file.</summary>
    public string Path { get; }

    /// <summary>What is in it.</summary>
    public TablePlace Place { get; }

    /// <summary>The number of rows that were passed on.</summary>
    public long Rows { get; private set; }

    /// <summary>The rows that are filled.</summary>
    public TableRows Current => _current ??= _make();

    /// <summary>The recordings that the rows come from.</summary>
    public HashSet<TraceSource> Sources { get; } = new(ReferenceEqualityComparer.Instance);

    /// <summary>Has <see cref="Current"/> written, and begins with other ones.</summary>
    public void Flush()
    {
        if (_current is not { Count: > 0 } full) return;
        Wait();
        Rows += full.Count;
        (_current, _spare) = (_spare, null);
        _writing = Task.Run(() =>
        {
            _writer.Write(full);
            full.Clear();
            _spare = full;
        });
    }

    /// <summary>Writes what is left, and the end of the file.</summary>
    public void Close(IReadOnlyDictionary<string, string> metadata)
    {
        Flush();
        Wait();
        Guard(() =>
        {
            _writer.Close(metadata);
            _writer.Dispose();
            _file.Stream.Flush();
        });
        (_current, _spare) = (null, null);
    }

    /// <summary>Gives the file its name.</summary>
    /// <returns>Its size.</returns>
    public long Commit()
    {
        var bytes = _file.Stream.Length;
        _file.Commit();
        return bytes;
    }

    /// <summary>Deletes the file, unless it has its name.</summary>
    public void Dispose()
    {
        try
        {
            _writing?.GetAwaiter().GetResult();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            // The file is deleted anyway.
        }
        _writer.Dispose();
        _file.Dispose();
    }

    private void Wait() => Guard(() => Interlocked.Exchange(ref _writing, null)?.GetAwaiter().GetResult());

    private void Guard(Action write)
    {
        try
        {
            write();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw OutputFile.NotWritten(Path, error);
        }
    }
}
