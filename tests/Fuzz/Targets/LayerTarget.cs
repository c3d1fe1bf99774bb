using KernelMagnifier.Compression;

namespace KernelMagnifier.Fuzzing;

/// <summary>
/// Files that hold the text of a trace in another form: a file and a pipe give the same text, and text that is not compressed
/// does not become much longer.
/// </summary>
internal sealed class LayerTarget() : FuzzTarget("layers")
{
    protected override void Read(ReadOnlySpan<byte> input)
    {
        var path = Scratch.Mine.With(input);
        var file = Unwrap(() => InputFile.Open(path, InputKind.Recording));
        var bytes = input.ToArray();
        var (seed, longest) = (Draw(input), 1 + (int)(Draw(input) % 977));
        var piped = Unwrap(() => InputFile.Open(new PieceStream(bytes, seed, longest), "fuzz", InputKind.Recording));
        Check(file == piped, $"a file gives {file}, a pipe {piped}");
        Check(file.Compression is not null || file.Length <= input.Length * 2,
            $"{input.Length} bytes that are not compressed give {file.Length}");
    }

    private static (long Length, uint Hash, bool Damaged, string? Compression, string? NoTrace) Unwrap(Func<InputFile> open)
    {
        try
        {
            var input = open();
            input.TryMoveHead();
            var (compression, noTrace) = (input.Compression, input.NoTrace);
            var (length, hash, damaged) = CompressedTarget.Decompress(input);
            return (length, hash, damaged, compression, noTrace);
        }
        catch (KernelMagnifierException error)
        {
            return (0, 0, true, null, error.Cause);
        }
    }
}
