using KernelMagnifier.Text;

namespace KernelMagnifier.Tables;

/// <summary>A file of a dataset that was written.</summary>
public sealed class ExportedTable
{
    internal ExportedTable(TableFile file)
        => (Table, HostName, Recording, FullName, Rows, Bytes) =
            (TableSchema.Of(file.Table).Name, file.Host, file.Recording, file.Path, file.Rows, file.Bytes);

    /// <summary>The table: calls, edges, events, intervals, latencies, logs or probes.</summary>
    public string Table { get; }

    /// <summary>The machine; null if it is not known, or if the file has rows of several. Untrusted text.</summary>
    public string? HostName { get; }

    /// <summary>The recording; null if it is not known, or if the file has rows of several. Untrusted text.</summary>
    public string? Recording { get; }

    /// <summary>The path of the file.</summary>
    public string FullName { get; }

    /// <summary>The number of rows.</summary>
    public long Rows { get; }

    /// <summary>The size of the file in bytes.</summary>
    public long Bytes { get; }

    /// <summary>The table, the number of rows and the path, escaped for a terminal.</summary>
    public override string ToString() => TerminalText.Escape($"{Table}: {DisplayText.Number(Rows)} rows in {FullName}");
}
