using System.Globalization;
using System.Text.RegularExpressions;
using KernelMagnifier.Compression;
using KernelMagnifier.Counting;
using KernelMagnifier.Recording;
using KernelMagnifier.Traces;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Engine.Tests.Damage;

/// <summary>
/// Text that is cut at any byte, plain and compressed: every event before the cut is read, and a warning names the position of
/// the cut. (trace.dat: TraceDat/DamageTests.)
/// </summary>
public partial class CutTests
{
    private const int MostBytes = 96 * 1024;
    private const int Cuts = 100;
    private const int CompressedCuts = 40;

    /// <summary>Recordings, and the text that every line of a call contains; null if calls and lines do not correspond.</summary>
    public static TheoryData<string, string?> Texts => new()
    {
        { "text/function-local.txt.zst", " <-" },
        { "text/function-latfmt-verbose.txt.zst", " <-" },
        { "text/function-tgid-noirqinfo.txt.zst", " <-" },
        { "text/ev-function-mixed.txt.zst", null },
        { "text/pipe-local-live.txt.zst", " <-" },
        { "km-small.data.zst", " <-" },
        { "graph/fg-default.txt.zst", "()" },
        { "graph/fg-latfmt-proc-abstime.txt.zst", "()" },
        { "graph/fg-tail.txt.zst", null },
        { "perf/cpuclock-g.script.txt.zst", null },
    };

    [Theory]
    [MemberData(nameof(Texts))]
    public void A_text_cut_at_any_byte_gives_the_calls_before_the_cut(string name, string? mark)
    {
        var whole = WholeLines(name);
        var all = Read(whole, out _)!;
        foreach (var length in Places(whole.Length, Cuts, name))
        {
            var lines = whole.AsSpan(0, length).LastIndexOf((byte)'\n') + 1;
            var calls = Read(whole[..length], out var warnings);
            if (calls is null)
            {
                // Not recognized as a recording: it has no call, or too few lines for a format without a header.
                Assert.True(Count(whole.AsSpan(0, lines), "\n") < 40, $"{length} bytes are not a recording: {warnings[0]}");
                continue;
            }
            // One more call can come from the line that is cut.
            var before = Prefix(all, calls, cutLine: lines < length, $"{length} bytes");
            // The line that is cut can be complete except for its newline.
            if (mark is not null) Assert.InRange(before - Count(whole.AsSpan(0, lines), mark), 0, lines < length ? 1 : 0);
            if (lines < length)
                Assert.Contains(warnings, w => w.Contains($"cut there, at byte {length}.", StringComparison.Ordinal));
        }
    }

    [Theory]
    [MemberData(nameof(Texts))]
    public void A_compressed_text_cut_at_any_byte_gives_what_can_be_decompressed(string name, string? mark)
    {
        var whole = WholeLines(name);
        var all = Read(whole, out _)!;
        foreach (var compressed in new[] { TestRecording.Gzip(whole), Zstd.Compress(whole, 3) })
        {
            foreach (var length in Places(compressed.Length, CompressedCuts, name).Where(l => l >= 4))
            {
                var calls = Read(compressed[..length], out var warnings);
                var cut = warnings.Select(t => CutAt().Match(t)).Single(m => m.Success);
                Assert.Equal(length, int.Parse(cut.Groups[1].Value, CultureInfo.InvariantCulture));
                var decompressed = int.Parse(cut.Groups[2].Value, CultureInfo.InvariantCulture);
                var lines = whole.AsSpan(0, decompressed).LastIndexOf((byte)'\n') + 1;
                if (calls is null)
                {
                    Assert.True(decompressed == 0 || Count(whole.AsSpan(0, lines), "\n") < 40,
                        $"{length} bytes are not a recording: {warnings[0]}");
                    continue;
                }
                var before = Prefix(all, calls, cutLine: lines < decompressed, $"{length} compressed bytes");
                if (mark is not null)
                    Assert.InRange(before - Count(whole.AsSpan(0, lines), mark), 0, lines < decompressed ? 1 : 0);
            }
            Assert.Equal(all, Read(compressed, out var none));
            Assert.DoesNotContain(none, w => w.Contains("cut", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void All_whole_zstd_blocks_before_a_cut_are_decompressed()
    {
        var whole = WholeLines("km-small.data.zst", 1 << 20);
        var compressed = Zstd.Compress(whole, 1);
        // A block has at most 128 KB of decompressed data, and a cut must not cost more than the block that it is in.
        _ = Read(compressed[..^1], out var warnings);
        var decompressed = int.Parse(
            warnings.Select(t => CutAt().Match(t)).Single(m => m.Success).Groups[2].Value, CultureInfo.InvariantCulture);
        Assert.InRange(decompressed, whole.Length - (128 << 10), whole.Length);
    }

    [Fact]
    public void Consecutive_gzip_members_are_one_text_and_the_last_can_be_cut()
    {
        var whole = WholeLines("text/function-local.txt.zst");
        var half = whole.AsSpan(0, whole.Length / 2).LastIndexOf((byte)'\n') + 1;
        byte[] two = [.. TestRecording.Gzip(whole[..half]), .. TestRecording.Gzip(whole[half..])];
        Assert.Equal(Read(whole, out _), Read(two, out var warnings));
        Assert.Empty(warnings);
        Assert.NotEmpty(Read(two[..^3], out warnings)!);
        Assert.Contains(warnings, w => w.Contains($"the gzip data are cut at byte {two.Length - 3}", StringComparison.Ordinal));
        // Other bytes after a gzip file are ignored, as gzip does.
        Assert.Equal(Read(whole, out _), Read([.. two, .. new byte[512]], out _));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Compressed_data_damaged_in_the_middle_give_the_calls_before_the_damage(bool gzip)
    {
        var whole = WholeLines("km-small.data.zst", 1 << 20);
        var all = Read(whole, out _)!;
        var compressed = gzip ? TestRecording.Gzip(whole) : Zstd.Compress(whole, 1);
        compressed.AsSpan(compressed.Length / 2, 64).Fill(0xFF);
        var calls = Read(compressed, out var warnings)!;
        Assert.Contains(warnings, w => w.Contains("data are damaged near byte", StringComparison.Ordinal));
        Assert.InRange(calls.Count, all.Count / 4, all.Count * 3 / 4);
        // gzip can return any bytes before it detects the damage; the first third is not damaged.
        Assert.Equal(all.Take(all.Count / 3), calls.Take(all.Count / 3));
    }

    private static byte[] WholeLines(string name, int most = MostBytes)
    {
        var text = TestRecording.Bytes(SharedData.Local(name));
        return text[..(text.AsSpan(0, Math.Min(text.Length, most)).LastIndexOf((byte)'\n') + 1)];
    }

    /// <summary>
    /// Every call in order, without its duration, which comes from a later line; null, with the reason in
    /// <paramref name="warnings"/>, if it is not a recording.
    /// </summary>
    private static List<string>? Read(byte[] file, out IReadOnlyList<string> warnings)
    {
        try
        {
            using var reader = TraceFile.Open(new MemoryStream(file), "test");
            var sink = new OrderedCalls();
            reader.Read(sink);
            warnings = reader.Info.Warnings;
            var (functions, tasks) = (sink.Names.Functions, sink.Names.Tasks);
            return [.. sink.Calls.Select(c => $"{c.Time} {c.Cpu} {tasks[c.Task].Comm}-{tasks[c.Task].ProcessId} "
                + $"{functions[c.Function]}<-{functions[c.Caller]}")];
        }
        catch (KernelMagnifierException error)
        {
            warnings = [error.Message];
            return null;
        }
    }

    /// <summary>Checks that the calls are the first ones of all, except for one in a cut line; returns how many are.</summary>
    private static int Prefix(List<string> all, List<string> calls, bool cutLine, string what)
    {
        var same = 0;
        while (same < calls.Count && same < all.Count && calls[same] == all[same]) same++;
        var (actual, expected) = (same < calls.Count ? calls[same] : "-", same < all.Count ? all[same] : "-");
        Assert.True(calls.Count - same <= (cutLine ? 1 : 0),
            $"{what}: call {same} of {calls.Count} is\n{actual}\nand of the whole text\n{expected}");
        return same;
    }

    private static int Count(ReadOnlySpan<byte> text, string mark) => text.Count(System.Text.Encoding.UTF8.GetBytes(mark));

    /// <summary>
    /// Positions of cuts: near the start, near the end and between. The same in every run, and different for each recording.
    /// </summary>
    private static IEnumerable<int> Places(int length, int count, string name)
    {
        var random = new Random(20261121 + name.Length);
        for (var i = 0; i < count; i++)
            yield return i < 10 ? 1 + (i * 7) : i >= count - 10 ? length - (count - i) : random.Next(70, length - 10);
    }

    [GeneratedRegex(@"data are cut at byte (\d+): (\d+) bytes could be decompressed")]
    private static partial Regex CutAt();
}
