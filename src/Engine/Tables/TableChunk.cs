namespace KernelMagnifier.Tables;

/// <summary>Values of one column, in the order of rows.</summary>
internal sealed class TableChunk;
