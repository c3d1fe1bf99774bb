using System.Buffers.Binary;
using System.Text;
using KernelMagnifier.Compression;
using KernelMagnifier.Counting;
using KernelMagnifier.Engine.Tests.TraceDat;
using KernelMagnifier.Fuzzing;
using KernelMagnifier.Model;
using KernelMagnifier.Recording;
using KernelMagnifier.Symbols;
using KernelMagnifier.Traces;
using KernelMagnifier.Traces.FtraceText;
using KernelMagnifier.Traces.Reading;
using KernelMagnifier.Traces.TraceDat;

namespace KernelMagnifier.Engine.Tests.Fuzzing;

/// <summary>Defects found by fuzzing or by reviewing the code for it, each with its smallest input. docs/reliability-fuzzing.md lists them.</summary>
public class FindingTests
{
    private static void Run(string target, ReadOnlySpan<byte> input) => FuzzTests.Run(FuzzTargets.New(target)!, input.ToArray());

    private static byte[] SmallElf() => TestRecording.Bytes(SharedData.Local("fuzz/gcc-dwarf5.elf.zst"));

    private static TraceReader Open(ReadOnlySpan<byte> text) => TraceFile.Open(new MemoryStream(text.ToArray()), "test");

    [Fact]
    public void TimesWithLeadingZerosAreNumbers()
    {
        var text = "# tracer: function\n           task-7       [001] .....   094.643768: a_function_of_this_name <-a_caller_of_that_name\n           task-7       [001] .....    94.647136: a_function_of_this_name <-a_caller_of_that_name\n"u8;
        using var reader = Open(text);
        reader.Read(new CallTally(CallGrouping.Edge));
        Assert.Equal((94643768000, 94647136000), (reader.Info.FirstTime, reader.Info.LastTime));
    }

    [Theory]
    [InlineData("")]
    [InlineData("]")]
    [InlineData("] ")]
    public void ACpuNumberWithoutEndDoesNotCrash(string end)
    {
        var line = $"           task-7       [{new string('0', 60)}{end}\n";
        Run("function-text", Encoding.ASCII.GetBytes("# tracer: function\n           task-7       [001] .....    94.643768: a <-b\n" + line));
    }

    [Fact]
    public void AnAddressOfAllOnesIsResolved()
    {
        var file = new DatBuilder();
        using var reader = file.Page(0, file.NewPage(1).Call(1, ulong.MaxValue, 0).Call(1, 0, ulong.MaxValue)).Open();
        Assert.Equal(["0xffffffffffffffff<-0x0", "0x0<-0xffffffffffffffff"], CollectedCalls.Of(reader).Edges);
    }

    [Theory]
    [InlineData(0x8000000000000000)]
    [InlineData(ulong.MaxValue)]
    public void NoDurationIsNegative(ulong returnTime)
    {
        var file = new DatBuilder();
        using var reader = file.Page(0, file.NewPage(1).Enter(1, 0xffff1000, 0).Exit(1, 0xffff1000, 0, 1, returnTime)).Open();
        Assert.All(CollectedCalls.Of(reader).List, c => Assert.True(c.Duration is >= CallRecord.NoDuration and < 100 && c.SelfDuration <= c.Duration, $"{c.Duration}"));
    }

    [Fact]
    public void AnEmptyZlibChunkIsReportedAsDamage() => Assert.Throws<DatDamage>(() => DatCompression.Decompress("zlib", [], new byte[16], 0));

    [Theory]
    [InlineData("f() { /* */")]
    [InlineData("f(); /* */")]
    [InlineData("} /* */")]
    [InlineData("} /*  */")]
    public void AnEmptyCommentDoesNotCrash(string line) => Run("graph-text", Encoding.ASCII.GetBytes($"# tracer: function_graph\n#\na() {{\n{line}\n}}\n"));

    [Fact]
    public void BufferSectionsWithoutASizeAreReadWithinABudget()
    {
        // Buffer sections without a size: each extends to the end of the file.
        var file = new List<byte>(new DatBuilder().ToArray()[..18]);
        file.AddRange("none\0\0"u8);
        file.AddRange(new byte[8]);
        for (var i = 0; i < 4000; i++) file.AddRange([3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        Run("trace-dat", file.ToArray());
    }

    [Fact]
    public void OverlappingOptionsSectionsAreReadWithinABudget()
    {
        // The contents of each section are the rest of the file; their last option refers to the next section.
        const int Count = 3000;
        var file = new List<byte>(new DatBuilder().ToArray()[..18]);
        file.AddRange("none\0\0"u8);
        var first = file.Count + 8;
        file.AddRange(DatBuilder.Bytes((ulong)first, 8, false));
        for (var i = 0; i < Count; i++)
        {
            // Read as an option: an unknown id 0x1000 with 38 bytes. Read as a section from byte 10 on: options to the end of the file, ended after one.
            var next = (ulong)(first + (i + 1) * 46);
            file.AddRange([0, 0, 0, 0, 0, 0, 0, 0, .. DatBuilder.Bytes(ulong.MaxValue / 4, 8, false)]);
            file.AddRange([0, 0x10, 10, 0, 0, 0, .. new byte[10], 0, 0, 8, 0, 0, 0, .. DatBuilder.Bytes(i + 1 < Count ? next : (ulong)first, 8, false)]);
        }
        Run("trace-dat", file.ToArray());
    }

    [Fact]
    public void ManyDamagedOptionsGiveFewWarnings()
    {
        var file = new DatBuilder();
        for (var i = 0; i < 5000; i++) file.Options.Add((8, [1]));
        using var reader = file.Page(0, file.NewPage(1).Call(1, 0xffff1000, 0xffff2000)).Open();
        _ = CollectedCalls.Of(reader);
        Assert.InRange(reader.Info.Warnings.Count, 1, 110);
    }

    [Fact]
    public void ALineAtABlockBoundaryIsCountedOnce()
    {
        // The first line is a call only together with the second one; the second line is a call by itself.
        var text = "# tracer: function_graph\n#\n# CPU  DURATION                  FUNCTION CALLS\n 0)   0.621 us    |  f(x\n 0)   0.500 us    |  g(y);\n 0)   0.400 us    |  h();\n"u8.ToArray();
        var columns = FunctionGraphLayout.Detect(text, out _, out _);
        for (var longest = 2; longest < text.Length; longest++) Assert.Equal((2, 1), ReadGraphInBlocks(text, columns, longest));
    }

    [Theory]
    [InlineData(" 0)    ab\nc-12     |   0.500 us    |  g();\n", 2, 0)]
    [InlineData(" 0)    ab\n 0)    ab\nc-12     |   0.500 us    |  g();\n", 2, 1)]
    [InlineData(" 0)    ab\nnothing\nc-12     |   0.500 us    |  g();\n", 1, 3)]
    public void ATaskNameWithANewlineIsParsedAtEveryBlockBoundary(string lines, int calls, int notParsed)
    {
        var text = Encoding.ASCII.GetBytes(" 0)    bash-77     |   0.400 us    |  h();\n" + lines);
        const FunctionGraphColumns Columns = FunctionGraphColumns.Cpu | FunctionGraphColumns.Task | FunctionGraphColumns.Duration;
        for (var longest = 2; longest < text.Length; longest++) Assert.Equal((calls, notParsed), ReadGraphInBlocks(text, Columns, longest));
    }

    [Fact]
    public void NotParsedDoesNotDependOnBlockBoundaries()
    {
        // First halves and second halves of calls, lines that can be both, and lines that are neither.
        string[] pieces =
        [
            " 0)    ab", " 0)  abcd", " 0)  c-1 | g();", " 0) -9 | f();", "x-8  | k();", "c-12     |   0.500 us    |  g();", " 0)   0.621 us    |  f(x", " 0)   0.5 us |  y);",
            " 0)    bash-77     |   0.400 us    |  h();", " 0)    bash-77     | h();", " 0)  taskA-12     =>   ta", "skB-34   ", " 0)  a", " =>", "nothing", "", "# x", "/* y */", " 0)",
        ];
        var random = new Random(7);
        for (var round = 0; round < 2000; round++)
        {
            var text = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, random.Next(2, 8)).Select(_ => pieces[random.Next(pieces.Length)] + "\n")));
            var columns = FunctionGraphColumns.Cpu | (random.Next(4) > 0 ? FunctionGraphColumns.Task : 0) | (random.Next(2) > 0 ? FunctionGraphColumns.Duration : 0);
            var results = new[] { 2, 20, 40, 10_000 }.Select(longest => ReadGraphInBlocks(text, columns, longest)).Distinct().ToList();
            Assert.True(results.Count == 1, $"{string.Join(" or ", results)} under {columns}:\n{Encoding.ASCII.GetString(text)}");
        }
    }

    [Fact]
    public void AnEventEndsAfterManyLinesThatWereNotParsed()
    {
        var text = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("nothing\n", 6)) + " 1)               |  /* mark 1\nof two lines */\nnothing\n");
        foreach (var longest in new[] { 2, 10, 20, 10_000 }) Assert.Equal((0, 7), ReadGraphInBlocks(text, FunctionGraphColumns.Cpu | FunctionGraphColumns.Duration, longest));
    }

    [Fact]
    public void CallsOfAnUnnamedTaskAreDelivered()
    {
        // One line names its task, in a recording without task names.
        var text = Encoding.ASCII.GetBytes("# tracer: function_graph\n#\n# CPU  DURATION                  FUNCTION CALLS\n# |     |   |                     |   |   |   |\n"
            + string.Concat(Enumerable.Repeat(" 0)               |  a() {\n 0)   0.100 us    |    b();\n", 10)) + " 0)    bash-77     |   0.400 us    |  h();\n");
        foreach (var inOrder in new[] { true, false })
        {
            var sum = new CallSums(inOrder);
            using var reader = Open(text);
            reader.Read(sum);
            Assert.Equal((21, 21), ((int)sum.Count, (int)reader.Info.Calls));
        }
    }

    private static (int Calls, int NotParsed) ReadGraphInBlocks(byte[] text, FunctionGraphColumns columns, int longest)
    {
        var calls = new OrderedCalls();
        var names = new CallNames();
        calls.Begin(names.Context());
        var statistics = new TraceStatistics();
        var dispatch = new CallDispatch(calls, null, null, names.Context(), new TraceReadOptions { Threads = 1 }, default);
        var nesting = new FunctionGraphNesting(dispatch, names, columns, statistics);
        statistics.Add(OrderedBlocks.Run(new RandomBlocks(text, new Random(longest), longest), () => new FunctionGraphTokenizer(columns, names), nesting.Take, dispatch));
        nesting.End();
        var info = new TraceInfoBuilder(new TraceSource("test"));
        statistics.WriteTo(info, "funcgraph_entry");
        Assert.Equal(info.Calls, calls.Calls.Count);
        return (calls.Calls.Count, (int)info.NotParsed);
    }

    [Fact]
    public void DurationsAreTheSameInOrderAndInAnyOrder()
    {
        // A recording without a duration column, and one line with a duration.
        var text = Encoding.ASCII.GetBytes("# tracer: function_graph\n#\n" + string.Concat(Enumerable.Repeat("a() {\n  b();\n}\n", 10)) + "c() {\n 0)   9.250 us    |  }\n");
        var sums = new[] { true, false }.Select(inOrder =>
        {
            var sum = new CallSums(inOrder);
            using var reader = Open(text);
            reader.Read(sum);
            return (sum.Count, sum.Sum);
        }).ToList();
        Assert.Equal(sums[0], sums[1]);
    }

    [Fact]
    public void GzipDamageLosesLittleAndTheSameFromAFileAndAPipe()
    {
        const int Lines = 4000;
        var random = new Random(3);
        var text = Encoding.ASCII.GetBytes("# tracer: function\n" + string.Concat(Enumerable.Range(0, Lines)
            .Select(i => $"           task-{random.Next(1000),-4}    [00{random.Next(4)}] .....    94.{643768 + i}: f{random.Next()} <-g{random.Next()}\n")));
        using var compressed = new MemoryStream();
        using (var gzip = new System.IO.Compression.GZipStream(compressed, System.IO.Compression.CompressionLevel.Optimal, leaveOpen: true)) gzip.Write(text);
        var path = Path.GetTempFileName();
        try
        {
            for (var at = 2000; at < compressed.Length - 100; at += 997)
            {
                var damaged = compressed.ToArray();
                damaged.AsSpan(at, 40).Fill(0xFF);
                File.WriteAllBytes(path, damaged);
                var results = new List<(long Calls, string Warning)>();
                foreach (var reader in new[] { TraceFile.Open(path), TraceFile.Open(new PieceStream(damaged, 5, 1), "pipe"), TraceFile.Open(new PieceStream(damaged, 7, 3000), "pipe") })
                {
                    using (reader)
                    {
                        reader.Read(new CallTally(CallGrouping.Edge));
                        results.Add((reader.Info.Calls, Assert.Single(reader.Info.Warnings, w => w.Contains("gzip", StringComparison.Ordinal))));
                    }
                }
                var one = Assert.Single(results.Distinct());
                // A line compresses to about 35 bytes. After the damage the decompressed bytes are wrong until the decompressor detects it.
                Assert.InRange(one.Calls, ((at - 1024) * (long)Lines / compressed.Length) - 60, Lines);
            }
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Theory]
    [InlineData("zstd", false)]
    [InlineData("zstd", true)]
    [InlineData("gzip", false)]
    [InlineData("gzip", true)]
    public void TheDecompressorOfAPipeIsReleasedAtItsEnd(string format, bool isDamaged)
    {
        byte[] compressed = Zstd.Compress(new byte[100_000], 3);
        if (format == "gzip")
        {
            using var into = new MemoryStream();
            using (var gzip = new System.IO.Compression.GZipStream(into, System.IO.Compression.CompressionLevel.Fastest, leaveOpen: true)) gzip.Write(new byte[100_000]);
            compressed = into.ToArray();
        }
        if (isDamaged) compressed = compressed[..^9];
        var from = new MemoryStream(compressed);
        // Not disposed, because the reader of a pipe is never disposed: a thread may be waiting in it.
        var stream = new DecompressedStream(from, format);
        var end = Record.Exception(() => stream.CopyTo(Stream.Null));
        Assert.Equal(isDamaged, end is InvalidDataException);
        Assert.False(from.CanRead);
        if (!isDamaged) Assert.Equal(0, stream.Read(new byte[1], 0, 1));
    }

    [Theory]
    [InlineData("x|a\rb\n")]
    [InlineData("x|N/ /.\n")]
    [InlineData("x|./ y\n")]
    [InlineData(" #x|y\n")]
    public void ARowThatDoesNotRoundTripIsMalformed(string row)
    {
        var path = Scratch.Mine.With(Encoding.ASCII.GetBytes("good|a.c\n" + row));
        var map = SymbolMap.Load(path);
        Assert.Equal((1, 1), (map.Rows.Count, (int)map.MalformedLines));
    }

    [Theory]
    [InlineData(-1L, 16L)]
    [InlineData(0L, -1L)]
    [InlineData(64L, 0x7FFF_0000L)]
    public void AnUnusedSectionIsNotRead(long offset, long size)
    {
        var elf = SmallElf();
        var table = BinaryPrimitives.ReadInt64LittleEndian(elf.AsSpan(40));
        for (var i = 1; i < BinaryPrimitives.ReadUInt16LittleEndian(elf.AsSpan(60)); i++)
        {
            var damaged = (byte[])elf.Clone();
            var header = damaged.AsSpan((int)table + i * 64, 64);
            BinaryPrimitives.WriteUInt32LittleEndian(header[4..], 0);
            BinaryPrimitives.WriteInt64LittleEndian(header[24..], offset);
            BinaryPrimitives.WriteInt64LittleEndian(header[32..], size);
            Run("elf", damaged);
        }
    }

    [Fact]
    public void AFunctionWithoutANameIsIgnored()
    {
        var elf = SmallElf();
        // The name in the debug information is empty, and the symbol is removed.
        var at = 0;
        for (int found; (found = elf.AsSpan(at).IndexOf("schedule_it\0"u8)) >= 0; at += found + 1) elf[at + found] = 0;
        var table = (int)BinaryPrimitives.ReadInt64LittleEndian(elf.AsSpan(40));
        for (var i = 0; i < BinaryPrimitives.ReadUInt16LittleEndian(elf.AsSpan(60)); i++)
            if (BinaryPrimitives.ReadUInt32LittleEndian(elf.AsSpan(table + i * 64 + 4)) == 2)
                BinaryPrimitives.WriteUInt32LittleEndian(elf.AsSpan(table + i * 64 + 4), 1);
        var map = SymbolMap.OfImage(Scratch.Mine.With(elf), new SymbolMapOptions { NoCache = true, DebugRoots = [] });
        Assert.NotEmpty(map.Rows);
        Assert.All(map.Rows, r => Assert.NotEqual("", r.Function));
    }

    [Fact]
    public void AMissingDebugFileIsReported()
        => Assert.Equal(ErrorCode.DebugInformationUnreadable, Assert.Throws<KernelMagnifierException>(() => DebugFiles.Fingerprint("/nowhere/vmlinux", null)).Code);
}
