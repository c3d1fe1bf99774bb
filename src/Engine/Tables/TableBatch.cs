namespace KernelMagnifier.Tables;

/// <summary>Rows that were read, by column.</summary>
internal sealed class TableBatch;
