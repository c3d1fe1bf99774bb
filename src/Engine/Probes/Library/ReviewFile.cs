namespace KernelMagnifier.Probes.Library;

/// <summary>A file of a statement as it was read.</summary>
/// <param name="Name">The name of the file.</param>
/// <param name="Text">Its bytes.</param>
/// <param name="Signature">The signature beside it; null if it has none.</param>
/// <param name="Statement">The statement; null if it cannot be read.</param>
/// <param name="Fault">Why it cannot be read; null if it can.</param>
internal sealed record ReviewFile(
    string Name, ReadOnlyMemory<byte> Text, ReadOnlyMemory<byte>? Signature, ReviewStatement? Statement, string? Fault);
