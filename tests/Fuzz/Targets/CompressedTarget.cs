using KernelMagnifier.Compression;

namespace KernelMagnifier.Fuzzing;

/// <summary>Compressed files: the compression is recognized, and a file and a pipe give the same bytes.</summary>
internal sealed class CompressedTarget() : FuzzTarget("compressed")
{
    // Decompression bombs are read piece by piece; the target stops here.
    private const int MaxBytes = 4 << 20;

    [ThreadStatic]
    private static byte[]? _buffer;

    protected override void Read(ReadOnlySpan<byte> input)
    {
        // As a symbol map: the text of a recording can be wrapped further (LayerTarget).
        var (length, hash, damaged) = Decompress(InputFile.Open(Scratch.Mine.With(input), InputKind.SymbolMap));
        var piped = Decompress(InputFile.Open(
            new PieceStream(input.ToArray(), Draw(input), 1 + (int)(Draw(input) % 977)), "fuzz", InputKind.SymbolMap));
        Check((length, hash, damaged) == piped,
            $"a file gives {length} bytes (damaged: {damaged}), a pipe {piped.Length} (damaged: {piped.Damaged})");
    }

    /// <summary>The bytes of an input; all zero if they are damaged.</summary>
    internal static (long Length, uint Hash, bool Damaged) Decompress(InputFile input)
    {
        using (input)
        {
            var buffer = _buffer ??= new byte[64 << 10];
            var (length, hash) = (0L, 2166136261u);
            using var stream = input.OpenStream();
            try
            {
                for (int n; length < MaxBytes
                    && (n = stream.Read(buffer, 0, (int)Math.Min(buffer.Length, MaxBytes - length))) > 0; length += n)
                    foreach (var b in buffer.AsSpan(0, n))
                        hash = (hash ^ b) * 16777619;
            }
            catch (InvalidDataException)
            {
                // The number of bytes before the damage depends on the sizes of the reads.
                return (0, 0, true);
            }
            return (length, hash, false);
        }
    }
}
