using System.Globalization;
using System.Text.RegularExpressions;
using KernelMagnifier.Compression;
using KernelMagnifier.Counting;
using KernelMagnifier.Recording;
using KernelMagnifier.Traces;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Engine.Tests.Damage;

/// <summary>
/// Texts cut anywhere, plain and packed: every event before the cut is given, and it is told where the cut is. (trace.dat: TraceDat/DamageTests.)
/// </summary>
public partial class CutTests
{
    private const int MostBytes = 96 * 1024;
    private const int Cuts = 100;
    private const int PackedCuts = 40;

    /// <summary>Recordings, and what each line of a call has; null where a call is no line.</summary>
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
    public void A_text_cut_anywhere_gives_what_stands_before_the_cut(string name, string? mark)
    {
        var whole = WholeLines(name);
        var all = Read(whole, out _)!;
        foreach (var length in Places(whole.Length, Cuts, name))
        {
            var lines = whole.AsSpan(0, length).LastIndexOf((byte)'\n') + 1;
            var calls = Read(whole[..length], out var told);
            if (calls is null)
            {
                // No recording yet: then no call is there either, or not the lines it takes to know a format that has no header.
                Assert.True(Count(whole.AsSpan(0, lines), "\n") < 40, $"{length} bytes are no recording: {told[0]}");
                continue;
            }
            // One more: the line that is cut, as far as it goes.
            var before = Prefix(all, calls, cutLine: lines < length, $"{length} bytes");
            // The line that is cut may be all there but for its newline.
            if (mark is not null) Assert.InRange(before - Count(whole.AsSpan(0, lines), mark), 0, lines < length ? 1 : 0);
            if (lines < length) Assert.Contains(told, w => w.Contains($"cut there, at byte {length}.", StringComparison.Ordinal));
        }
    }

    [Theory]
    [MemberData(nameof(Texts))]
    public void A_packed_text_cut_anywhere_gives_what_can_be_unpacked(string name, string? mark)
    {
        var whole = WholeLines(name);
        var all = Read(whole, out _)!;
        foreach (var packed in new[] { TestRecording.Gzip(whole), Zstd.Compress(whole, 3) })
        {
            foreach (var length in Places(packed.Length, PackedCuts, name).Where(l => l >= 4))
            {
                var calls = Read(packed[..length], out var told);
                var cut = told.Select(t => CutAt().Match(t)).Single(m => m.Success);
                Assert.Equal(length, int.Parse(cut.Groups[1].Value, CultureInfo.InvariantCulture));
                var unpacked = int.Parse(cut.Groups[2].Value, CultureInfo.InvariantCulture);
                var lines = whole.AsSpan(0, unpacked).LastIndexOf((byte)'\n') + 1;
                if (calls is null)
                {
                    Assert.True(unpacked == 0 || Count(whole.AsSpan(0, lines), "\n") < 40, $"{length} bytes are no recording: {told[0]}");
                    continue;
                }
                var before = Prefix(all, calls, cutLine: lines < unpacked, $"{length} packed bytes");
                if (mark is not null) Assert.InRange(before - Count(whole.AsSpan(0, lines), mark), 0, lines < unpacked ? 1 : 0);
            }
            Assert.Equal(all, Read(packed, out var nothing));
            Assert.DoesNotContain(nothing, w => w.Contains("cut", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void What_zstd_holds_before_a_cut_is_what_its_whole_blocks_hold()
    {
        var whole = WholeLines("km-small.data.zst", 1 << 20);
        var packed = Zstd.Compress(whole, 1);
        // Blocks have at most 128 KB unpacked: no cut may cost more than the block it is in.
        _ = Read(packed[..^1], out var told);
        var unpacked = int.Parse(told.Select(t => CutAt().Match(t)).Single(m => m.Success).Groups[2].Value, CultureInfo.InvariantCulture);
        Assert.InRange(unpacked, whole.Length - (128 << 10), whole.Length);
    }

    [Fact]
    public void Gzip_files_behind_one_another_are_one_and_the_last_may_be_cut()
    {
        var whole = WholeLines("text/function-local.txt.zst");
        var half = whole.AsSpan(0, whole.Length / 2).LastIndexOf((byte)'\n') + 1;
        byte[] two = [.. TestRecording.Gzip(whole[..half]), .. TestRecording.Gzip(whole[half..])];
        Assert.Equal(Read(whole, out _), Read(two, out var told));
        Assert.Empty(told);
        Assert.NotEmpty(Read(two[..^3], out told)!);
        Assert.Contains(told, w => w.Contains($"the gzip data are cut at byte {two.Length - 3}", StringComparison.Ordinal));
        // What other programs put behind a gzip file is no part of it, as gzip sees it.
        Assert.Equal(Read(whole, out _), Read([.. two, .. new byte[512]], out _));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Packed_data_damaged_in_the_middle_give_what_stands_before(bool gzip)
    {
        var whole = WholeLines("km-small.data.zst", 1 << 20);
        var all = Read(whole, out _)!;
        var packed = gzip ? TestRecording.Gzip(whole) : Zstd.Compress(whole, 1);
        packed.AsSpan(packed.Length / 2, 64).Fill(0xFF);
        var calls = Read(packed, out var told)!;
        Assert.Contains(told, w => w.Contains("data are damaged near byte", StringComparison.Ordinal));
        Assert.InRange(calls.Count, all.Count / 4, all.Count * 3 / 4);
        // What gzip makes of damaged bytes before it notices is anything at all; the first third is not damaged.
        Assert.Equal(all.Take(all.Count / 3), calls.Take(all.Count / 3));
    }

    private static byte[] WholeLines(string name, int most = MostBytes)
    {
        var text = TestRecording.Bytes(SharedData.Local(name));
        return text[..(text.AsSpan(0, Math.Min(text.Length, most)).LastIndexOf((byte)'\n') + 1)];
    }

    /// <summary>Every call in order, without what only lines behind it tell; null, with the reason, when it is no recording.</summary>
    private static List<string>? Read(byte[] file, out IReadOnlyList<string> told)
    {
        try
        {
            using var reader = TraceFile.Open(new MemoryStream(file), "test");
            var sink = new OrderedCalls();
            reader.Read(sink);
            told = reader.Info.Warnings;
            return [.. sink.Calls.Select(c => $"{c.Time} {c.Cpu} {sink.Names.Tasks[c.Task].Comm}-{sink.Names.Tasks[c.Task].ProcessId} {sink.Names.Functions[c.Function]}<-{sink.Names.Functions[c.Caller]}")];
        }
        catch (KernelMagnifierException error)
        {
            told = [error.Message];
            return null;
        }
    }

    /// <summary>Checks that these are the first of all, but perhaps for one; returns how many are.</summary>
    private static int Prefix(List<string> all, List<string> calls, bool cutLine, string what)
    {
        var same = 0;
        while (same < calls.Count && same < all.Count && calls[same] == all[same]) same++;
        Assert.True(calls.Count - same <= (cutLine ? 1 : 0), $"{what}: call {same} of {calls.Count} is\n{(same < calls.Count ? calls[same] : "-")}\nand of the whole\n{(same < all.Count ? all[same] : "-")}");
        return same;
    }

    private static int Count(ReadOnlySpan<byte> text, string mark) => text.Count(System.Text.Encoding.UTF8.GetBytes(mark));

    /// <summary>The same places in every run, another set for each recording: the first bytes, the last, and between them.</summary>
    private static IEnumerable<int> Places(int length, int count, string name)
    {
        var random = new Random(20261121 + name.Length);
        for (var i = 0; i < count; i++)
            yield return i < 10 ? 1 + (i * 7) : i >= count - 10 ? length - (count - i) : random.Next(70, length - 10);
    }

    [GeneratedRegex(@"data are cut at byte (\d+): (\d+) bytes could be unpacked")]
    private static partial Regex CutAt();
}
