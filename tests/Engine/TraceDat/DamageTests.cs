using System.Buffers.Binary;
using KernelMagnifier.Compression;
using KernelMagnifier.Model;
using KernelMagnifier.Traces;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Engine.Tests.TraceDat;

/// <summary>Cut, damaged and hostile files: the readable calls are delivered, the damage is reported, and nothing else happens.</summary>
public partial class DamageTests
{
    private static readonly string[] Recordings = ["fn-lossy.dat", "mix-plain.dat", "fg-zlib.dat", "instances.dat", "instances-v6.dat"];

    public static TheoryData<string> Files => [.. Recordings];

    [Theory]
    [MemberData(nameof(Files))]
    public void ACutFileYieldsTheCallsBeforeTheCut(string name)
    {
        var whole = File.ReadAllBytes(SharedData.Local($"trace-dat/{name}"));
        var all = PerCpu(whole, out var total, out _);
        var (last, complete) = (0, 0);
        foreach (var length in Cuts(whole.Length, 120))
        {
            Dictionary<string, List<string>> calls;
            string[] warnings;
            int read;
            try
            {
                calls = PerCpu(whole[..length], out read, out warnings);
            }
            catch (KernelMagnifierException error)
            {
                // Nothing can be read only where the cut is before the events.
                Assert.Equal(0, last);
                Assert.Equal("test.dat", error.Target);
                continue;
            }
            // A longer file never yields fewer calls.
            Assert.True(read >= last, $"{read} calls of {length} bytes, and {last} of fewer");
            last = read;
            if (read == total) complete++;
            else Assert.True(warnings.Any(w => NamesAnOffset().IsMatch(w)), $"{length} bytes of {whole.Length}: {read} of {total} calls, and no warning contains an offset: {string.Join("; ", warnings)}");
            // Of each CPU only its first calls. Where the CPU table is lost, they may have another CPU's number.
            foreach (var (cpu, lines) in calls)
                Assert.Contains(all.Values, of => of.Count >= lines.Count && lines.SequenceEqual(of.Take(lines.Count)));
        }
        Assert.True(complete > 0);
    }

    [Theory]
    [InlineData("fn-lossy.dat", "gzip")]
    [InlineData("mix-plain.dat", "zstd")]
    [InlineData("instances-v6.dat", "gzip")]
    public void ACutCompressedFileYieldsWhatCanBeDecompressed(string name, string format)
    {
        var whole = File.ReadAllBytes(SharedData.Local($"trace-dat/{name}"));
        var all = PerCpu(whole, out _, out _);
        var compressed = format == "gzip" ? TestRecording.Gzip(whole) : Zstd.Compress(whole, 1);
        var got = 0;
        for (var i = 1; i <= 20; i++)
        {
            var length = (int)((long)(compressed.Length - 1) * i / 20);
            try
            {
                var calls = PerCpu(compressed[..length], out var read, out var warnings);
                Assert.Contains(warnings, w => w.Contains($"the {format} data are cut at byte {length}", StringComparison.Ordinal));
                foreach (var (cpu, lines) in calls)
                    Assert.Contains(all.Values, of => of.Count >= lines.Count && lines.SequenceEqual(of.Take(lines.Count)));
                Assert.True(read >= got, $"{length} bytes: {read} calls, and {got} of fewer: {string.Join("; ", warnings)}");
                got = read;
            }
            catch (KernelMagnifierException)
            {
                Assert.Equal(0, got);
            }
        }
        Assert.True(got > 0);
    }

    /// <summary>Overwrites one page after the other: the calls of that page are missing, all others are unchanged.</summary>
    [Fact]
    public void ADamagedPageLosesOnlyItsOwnCalls()
    {
        const int Page = 4096;
        var whole = File.ReadAllBytes(SharedData.Local("trace-dat/mix-plain.dat"));
        var all = PerCpu(whole, out var total, out _);
        var lost = 0;
        for (var at = whole.Length / Page * Page - Page; at > whole.Length / 2; at -= Page)
        {
            var file = (byte[])whole.Clone();
            file.AsSpan(at, Page).Fill(0xFF);
            var calls = PerCpu(file, out var read, out var warnings);
            // The page may contain the options, or no events.
            if (read == total || !warnings.Any(w => w.Contains("a page is damaged or cut at byte", StringComparison.Ordinal))) continue;
            lost++;
            var cpu = Assert.Single(all.Keys, k => calls.GetValueOrDefault(k, []).Count != all[k].Count);
            var (before, after) = (all[cpu], calls.GetValueOrDefault(cpu, []));
            var same = before.Zip(after).TakeWhile(p => p.First == p.Second).Count();
            Assert.Equal(before.Skip(same + before.Count - after.Count), after.Skip(same));
            // The smallest record of a call has some twenty bytes.
            Assert.InRange(before.Count - after.Count, 1, Page / 20);
        }
        Assert.InRange(lost, 10, int.MaxValue);
    }

    /// <summary>Overwrites the offset of the options, their header and their contents.</summary>
    [Theory]
    [InlineData("fn-lossy.dat")]
    [InlineData("instances.dat")]
    public void SectionsAreFoundWhenOptionsAreDamaged(string name)
    {
        var whole = File.ReadAllBytes(SharedData.Local($"trace-dat/{name}"));
        _ = PerCpu(whole, out var total, out _);
        var pointer = whole.AsSpan().IndexOf("zstd\0"u8);
        pointer += whole.AsSpan(pointer).IndexOf("1.5.4\0"u8) + 6;
        var options = (int)BinaryPrimitives.ReadUInt64LittleEndian(whole.AsSpan(pointer));
        var length = (int)Math.Min(BinaryPrimitives.ReadUInt64LittleEndian(whole.AsSpan(options + 8)), 600);
        foreach (var (from, to) in new[] { (pointer, pointer + 8), (options, options + 2), (options, options + 16), (options + 16, options + 24), (options, options + 16 + length) })
        {
            var file = (byte[])whole.Clone();
            file.AsSpan(from, to - from).Fill(0xFF);
            _ = PerCpu(file, out var read, out var warnings);
            Assert.NotEmpty(warnings);
            Assert.True(read == total, $"{from} to {to}: {read} of {total} calls; {string.Join("; ", warnings)}");
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void ADamagedFileThrowsOnlyTheEnginesException(string name)
    {
        var whole = File.ReadAllBytes(SharedData.Local($"trace-dat/{name}"));
        var random = new Random(20260101);
        for (var round = 0; round < 150; round++)
        {
            var file = (byte[])whole.Clone();
            for (var flips = random.Next(1, 8); flips > 0; flips--)
            {
                // Half of the damage is in the file structure.
                var at = random.Next(2) == 0 ? random.Next(file.Length) : random.Next(Math.Min(file.Length, 4096));
                if (random.Next(3) == 0) BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(Math.Min(at, file.Length - 4)), random.Next(2) == 0 ? uint.MaxValue : (uint)random.Next());
                else file[at] ^= (byte)(1 << random.Next(8));
            }
            try
            {
                foreach (var inOrder in new[] { true, false })
                {
                    using var reader = DatBuilder.Open(file);
                    var calls = CollectedCalls.Of(reader, inOrder);
                    Assert.Equal(calls.List.Count, reader.Info.Calls);
                }
            }
            catch (KernelMagnifierException)
            {
                // The only exception that may be thrown.
            }
        }
    }

    [Fact]
    public void DamagedPagesAndUnknownEventsAreCounted()
    {
        var dat = new DatBuilder();
        dat.Page(0, dat.NewPage(100).Call(0, 0xffff1000, 0xffff2000));
        dat.Page(0, new Page(200, false, 8) { Commit = 5000 }.Call(0, 0xffff2000, 0xffff2000));
        dat.Page(0, dat.NewPage(300).Call(0, 0xffff3000, 0xffff2000).Record(1, new byte[4]).OtherEvent(1, id: 999));
        using var reader = dat.Open();
        Assert.Equal(["alpha<-beta", "gamma<-beta"], CollectedCalls.Of(reader).Edges);
        Assert.Contains("a page is damaged", Assert.Single(reader.Info.Warnings), StringComparison.Ordinal);
        Assert.Equal(1, reader.Info.NotParsedKinds["damaged page"]);
        Assert.Equal(1, reader.Info.NotParsedKinds["record shorter than its event format"]);
        Assert.Equal(1, reader.Info.NotParsedKinds["event without a format"]);
    }

    [Fact]
    public void AnOptionsLoopEnds()
    {
        var dat = new DatBuilder();
        dat.Page(0, dat.NewPage(100).Call(0, 0xffff1000, 0xffff2000));
        var file = dat.ToArray();
        // The last option contains the offset of the next options section: now that of its own section.
        file.AsSpan(24, 8).CopyTo(file.AsSpan(file.Length - 8));
        using var reader = DatBuilder.Open(file);
        Assert.Equal(["alpha<-beta"], CollectedCalls.Of(reader).Edges);
        Assert.Contains(reader.Info.Warnings, w => w.Contains("loop", StringComparison.Ordinal));
    }

    [Fact]
    public void AFalseSizeAllocatesNoMemory()
    {
        var file = File.ReadAllBytes(SharedData.Local("trace-dat/fn-lossy.dat"));
        // The decompressed size of the first section.
        var start = file.AsSpan().IndexOf("zstd\0"u8);
        start += file.AsSpan(start).IndexOf("1.5.4\0"u8) + 6 + 8;
        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(start + 16 + 4), uint.MaxValue);
        // The decompressed size of the first chunk of pages.
        var chunk = (start / 4096 * 4096) + 4096;
        while (BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(chunk + 8)) != 40960) chunk += 4096;
        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(chunk + 8), uint.MaxValue);
        var before = GC.GetTotalAllocatedBytes(precise: true);
        using var reader = DatBuilder.Open(file);
        var calls = CollectedCalls.Of(reader);
        Assert.True(GC.GetTotalAllocatedBytes(precise: true) - before < 200 << 20);
        Assert.NotEmpty(calls.List);
        Assert.Contains(reader.Info.Warnings, w => w.Contains("the decompressed size of a section is 4294967295 bytes", StringComparison.Ordinal));
        Assert.Contains(reader.Info.Warnings, w => w.Contains("has an impossible size of 4294967295 bytes", StringComparison.Ordinal));
    }

    [Fact]
    public void OverlappingDataOfTwoCpusAreReadOnce()
    {
        var dat = new DatBuilder(version: 6);
        for (var cpu = 0; cpu < 3; cpu++) dat.Page(cpu, dat.NewPage(100).Call((uint)cpu, 0xffff1000, 0xffff2000));
        var file = dat.ToArray();
        var table = file.AsSpan().IndexOf("flyrecord\0"u8) + 10;
        // The CPU table assigns the first CPU's data to the second CPU too.
        file.AsSpan(table, 16).CopyTo(file.AsSpan(table + 16));
        using var reader = DatBuilder.Open(file);
        Assert.Equal([0, 2], CollectedCalls.Of(reader).List.Select(c => c.Cpu));
        Assert.Contains("overlap", Assert.Single(reader.Info.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void TheKernelsCountOfLossesIsUsedIfItIsLarger()
    {
        var dat = new DatBuilder();
        dat.Options.Add((2, "CPU: 0\nentries: 3\noverrun: 40\ncommit overrun: 1\ndropped events: 1\n\0"u8.ToArray()));
        dat.Page(0, new Page(1, false, 8) { Lost = 0 }.Call(0, 0xffff1000, 0xffff2000));
        using var reader = dat.Open();
        _ = CollectedCalls.Of(reader);
        Assert.Equal((42, "KernelCount"), (reader.Info.LostEvents, reader.Info.LostEventsBasis));
    }

    [Theory]
    [InlineData("8", "version '8'; versions 6 and 7 are supported")]
    [InlineData("9999999999999999999", "the header of this trace.dat is cut or damaged")]
    public void AnUnknownVersionIsRejected(string version, string cause)
    {
        var error = Assert.Throws<KernelMagnifierException>(() => CollectedCalls.Of(DatBuilder.Open([.. "\x17\x08\x44tracing"u8, .. System.Text.Encoding.ASCII.GetBytes(version), 0, 0, 8, 0, 16, 0, 0])));
        Assert.Equal(ErrorCode.TraceUnreadable, error.Code);
        Assert.Contains(cause, error.Cause, StringComparison.Ordinal);
        Assert.NotNull(error.RecommendedAction);
    }

    [Fact]
    public void AnUnknownCompressionIsRejected()
    {
        var error = Assert.Throws<KernelMagnifierException>(() => CollectedCalls.Of(DatBuilder.Open([.. "\x17\x08\x44tracing7\0"u8, 0, 8, 0, 16, 0, 0, .. "lz\x1b[31m4\0"u8, 0, 0, 0, 0, 0, 0, 0, 0, 0])));
        Assert.Equal(ErrorCode.TraceUnreadable, error.Code);
        Assert.Contains("'lz[31m4'", error.Cause, StringComparison.Ordinal);
    }

    [Fact]
    public void AFileTruncatedDuringTheReadingIsACutFile()
    {
        var path = Path.GetTempFileName();
        try
        {
            File.Copy(SharedData.Local("trace-dat/mix-plain.dat"), path, overwrite: true);
            using var reader = TraceFile.Open(path);
            using (var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite)) file.SetLength(file.Length / 2);
            _ = CollectedCalls.Of(reader);
            Assert.NotEmpty(reader.Info.Warnings);
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <summary>The calls of each CPU, in order.</summary>
    private static Dictionary<string, List<string>> PerCpu(byte[] file, out int count, out string[] warnings)
    {
        using var reader = DatBuilder.Open(file);
        var calls = CollectedCalls.Of(reader);
        (count, warnings) = (calls.List.Count, [.. reader.Info.Warnings]);
        var names = calls.Names;
        return calls.List.GroupBy(c => c.Cpu).ToDictionary(g => g.Key.ToString(System.Globalization.CultureInfo.InvariantCulture),
            g => g.Select(c => $"{c.Time} {names.Tasks[c.Task].ProcessId} {names.Functions[c.Function].Name}").ToList());
    }

    [System.Text.RegularExpressions.GeneratedRegex(@"at byte \d+|have \d+ bytes")]
    private static partial System.Text.RegularExpressions.Regex NamesAnOffset();

    private static IEnumerable<int> Cuts(int length, int count)
    {
        // Each of the first bytes, a selection over the file, and each of the last bytes.
        for (var at = 1; at < 60; at++) yield return at;
        for (var i = 0; i < count; i++) yield return 60 + (int)((long)(length - 120) * i / count);
        for (var at = length - 60; at <= length; at++) yield return at;
    }
}
