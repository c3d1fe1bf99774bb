namespace KernelMagnifier.Tables;

/// <summary>What one file holds.</summary>
/// <param name="Table">The table.</param>
/// <param name="Host">The machine; null if not known.</param>
/// <param name="Recording">The recording; null if not known.</param>
internal readonly record struct TablePlace(TableKind Table, string? Host, string? Recording);
