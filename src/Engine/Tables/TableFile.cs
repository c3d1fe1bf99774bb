namespace KernelMagnifier.Tables;

/// <summary>A file of a table that was written.</summary>
/// <param name="Table">The table.</param>
/// <param name="Path">The path.</param>
/// <param name="Host">The machine; null if it is not known, or if the file has rows of several.</param>
/// <param name="Recording">The recording; null if it is not known, or if the file has rows of several.</param>
/// <param name="Rows">The number of rows.</param>
/// <param name="Bytes">The size of the file.</param>
internal sealed record TableFile(TableKind Table, string Path, string? Host, string? Recording, long Rows, long Bytes);
