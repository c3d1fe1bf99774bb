using KernelMagnifier.Files;

namespace KernelMagnifier.Tables;

/// <summary>Where and how tables are written.</summary>
internal sealed record TableExportOptions
{
    /// <summary>The folder of the dataset. It is created if it does not exist.</summary>
    public required string Folder { get; init; }

    /// <summary>The folders below that of a table, from the outermost on; empty for none.</summary>
    public IReadOnlyList<TablePartition> PartitionBy { get; init; } = [TablePartition.Host, TablePartition.Recording];

    /// <summary>The machine that everything comes from; null if the recordings and objects tell.</summary>
    public string? HostName { get; init; }

    /// <summary>The name of the recording; null for the name of its file.</summary>
    public string? RecordingName { get; init; }

    /// <summary>Whether files that exist are replaced.</summary>
    public bool Force { get; init; }

    /// <summary>The files that earlier exports of the same run wrote, which this one may not replace.</summary>
    public IReadOnlyList<TableFile> Written { get; init; } = [];

    /// <summary>The files that are read, which may not be replaced.</summary>
    public IReadOnlyList<InputIdentity> Inputs { get; init; } = [];
}
