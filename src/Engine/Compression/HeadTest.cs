namespace KernelMagnifier.Compression;

/// <summary>Tells whether the first bytes of an input are enough to detect its format.</summary>
/// <param name="head">The bytes.</param>
internal delegate bool HeadTest(ReadOnlySpan<byte> head);
