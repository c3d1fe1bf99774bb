using System.IO.Compression;
using System.Text;
using KernelMagnifier.Compression;
using KernelMagnifier.Model;
using KernelMagnifier.Selection;
using KernelMagnifier.Traces;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Engine.Tests.Compression;

/// <summary>
/// Text of a trace inside other files (<see cref="InputLayers"/>): the calls are the same as those of the text alone, from a
/// file and from a pipe.
/// </summary>
public sealed class InputLayerTests
{
    private const string Text = """
        # tracer: function
        #
        # entries-in-buffer/entries-written: 4/4   #P:8
        #
        #           TASK-PID     CPU#  |||||  TIMESTAMP  FUNCTION
                    meld-5120    [003] .....   611.200420: meld_read <-meld_call
                   grüße-7       [003] d.h1.   611.200421: meld_irq [meld] <-meld_gate
                       😀"\-7     [001] d.s1.   611.200422: meld_poll <-meld_soft
                    meld-5120    [003] .....   611.200423: sched_waking: comm=a	b pid=7

        """;

    private static readonly string[] Calls =
    [
        "611200420000 3 meld-5120/ Task meld_read <-meld_call -1 -1",
        "611200421000 3 grüße-7/ HardIrq meld_irq[meld] <-meld_gate -1 -1",
        "611200422000 1 😀\"\\-7/ SoftIrq meld_poll <-meld_soft -1 -1",
    ];

    private static string[] Dump =>
    [
        "    loom-1853      2d.h2. 32281838us : weft_lock <-weft_try",
        "CPU:1 [LOST 12 EVENTS]",
        "  <idle>-0         3d.s4. 32281842us+: weft_timer <-weft_soft",
    ];

    [Theory]
    [InlineData("utf-16")]
    [InlineData("utf-16BE")]
    [InlineData("utf-8")]
    public void TextWithAByteOrderMarkIsRead(string name)
    {
        var encoding = Encoding.GetEncoding(name);
        foreach (var text in new[] { Text, Text.Replace("\n", "\r\n", StringComparison.Ordinal), Text.TrimEnd('\n') })
        {
            var isCut = !text.EndsWith('\n');
            Check([.. encoding.Preamble, .. encoding.GetBytes(text)], null, isCut);
            // The later part of such a file has no mark.
            Check(encoding.GetBytes(text), null, isCut);
        }
    }

    [Fact]
    public void LongUtf16TextIsReadInPieces()
    {
        var line = "                   😀ß\ud800-7     [001] d.s1.   611.200422: meld_poll <-meld_soft\n";
        var text = "# tracer: function\n" + string.Concat(Enumerable.Repeat(line, 5000));
        var (events, info) = Read([.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes(text)], isFile: false);
        Assert.Equal(5000, events.Count);
        Assert.Equal((5000, 0), (info.Calls, info.NotParsed));
        Assert.All(events, e => Assert.StartsWith("611200422000 1 😀ß\ufffd-7/ SoftIrq", e));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3_000_000)]
    public void ThePageOfSystraceIsRead(int viewer)
    {
        Check(Encoding.UTF8.GetBytes(Page(viewer, Text)), null);
        Check(TestRecording.Gzip(Encoding.UTF8.GetBytes(Page(viewer, Text))), "gzip");
        Check(Encoding.UTF8.GetBytes(Page(viewer, Text.TrimEnd('\n'))), null);
    }

    [Fact]
    public void OnlyTheTraceOfAPageIsRead()
    {
        var page = Page(100_000, "PROCESS DUMP\nUSER  PID\nroot 1\n", Text, "{\"traceEvents\":[]}");
        Check(Encoding.UTF8.GetBytes(page), null);
    }

    [Fact]
    public void ThePageOfTheFirstSystraceIsRead()
    {
        var data = Escaped(Text).Replace("\\n", "\\n\\\n", StringComparison.Ordinal);
        Check(Encoding.UTF8.GetBytes($"<!DOCTYPE HTML>\n<html><head><script>\n  var linuxPerfData = \"\\\n{data}\";\n</script></html>\n"), null);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2_000_000)]
    public void SystemTraceEventsOfAJsonTraceAreRead(int events)
    {
        var other = new StringBuilder();
        while (other.Length < events) other.Append("{\"name\":\"\\\"systemTraceEvents\\\":\\\"no\\\"\",\"ph\":\"B\"},\n");
        foreach (var text in new[] { Text, Text.TrimEnd('\n') })
            Check(Encoding.UTF8.GetBytes($"{{\"traceEvents\":[{other}{{}}],\n \"systemTraceEvents\" : \"{Escaped(text)}\",\"metadata\":{{\"a\":\"# tracer\"}}}}"), null);
    }

    [Theory]
    [InlineData("{\"traceEvents\":[{}],\"metadata\":{}}", "systemTraceEvents")]
    [InlineData("<!DOCTYPE html>\n<script class=\"trace-data\">\nno trace\n</script>", "page of systrace")]
    [InlineData("[   12.345678] usb 1-1: new device\n[   12.345679] usb 1-1: no trace\n", "log of the kernel")]
    [InlineData("[   12.345678] Dumping ftrace buffer:\n[   12.345679]    (ftrace buffer empty)\n", "log of the kernel")]
    public void WithoutATraceTheErrorNamesTheFile(string text, string what)
    {
        var error = Assert.Throws<KernelMagnifierException>(() => Read(Encoding.UTF8.GetBytes(text), isFile: true));
        Assert.Equal(ErrorCode.TraceUnreadable, error.Code);
        Assert.Contains(what, error.Message);
        var piped = Assert.Throws<KernelMagnifierException>(() => Read(Encoding.UTF8.GetBytes(text), isFile: false));
        Assert.Equal((error.Code, error.Cause), (piped.Code, piped.Cause));
    }

    [Fact]
    public void CompressedOutputOfAtraceIsRead()
    {
        var data = Zlib(Encoding.UTF8.GetBytes(Text));
        Check([.. "TRACE:\n"u8, .. data], "zlib");
        Check([.. "capturing trace... done\nTRACE:\n"u8, .. data], "zlib");
        Check([.. "TRACE:\n"u8, .. data, .. "\r\n"u8], "zlib");
    }

    [Fact]
    public void CutOutputOfAtraceIsReadAsFarAsPossible()
    {
        var line = "           meld-5120    [003] .....   611.{0:D6}: meld_read <-meld_call{0:X}\n";
        var text = "# tracer: function\n" + string.Concat(Enumerable.Range(100_000, 40_000).Select(i => string.Format(null, line, i)));
        byte[] file = [.. "TRACE:\n"u8, .. Zlib(Encoding.UTF8.GetBytes(text))];
        var (all, whole) = Read(file, isFile: true);
        Assert.Equal((40_000, 0), (all.Count, whole.Warnings.Count));
        foreach (var isFile in new[] { true, false })
        {
            var (some, info) = Read(file[..(file.Length * 2 / 3)], isFile);
            Assert.InRange(some.Count, 20_000, 39_000);
            Assert.Contains(info.Warnings, w => w.Contains("zlib data are cut", StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("[  611.121001] ")]
    [InlineData("[12345678.121001] ")]
    [InlineData("<4>[  611.121001] ")]
    [InlineData("[  611.121001][ T1234] ")]
    [InlineData("[  611.121001][    C0] ")]
    [InlineData("[  611.121001 <    0.000012>] ")]
    [InlineData("[Mon Nov  9 09:30:00 2026] ")]
    [InlineData("kern  :warn  : [  611.121001] ")]
    [InlineData("Nov 29 09:30:00 lamp kernel: [  611.121001] ")]
    [InlineData("Nov  9 09:30:00 lamp kernel: ")]
    [InlineData("2026-11-29T09:30:00.123456+01:00 lamp kernel: [  611.121001] ")]
    [InlineData("2026-11-29T09:30:00+0100 lamp kernel: ")]
    [InlineData("[  611.121001] lamp kernel: ")]
    [InlineData("2026-11-29T09:30:00,123456+00:00 ")]
    [InlineData("kern  :warn  : 2026-11-29T09:30:00,123456+00:00 ")]
    [InlineData("[Nov29 09:30] ")]
    [InlineData("[  +0.000012] ")]
    [InlineData("[<    0.000012>] ")]
    [InlineData("[2026-11-29 09:30:00.123] [  611.121001] ")]
    [InlineData("6,1234,611121001,-;")]
    public void ADumpInALogIsReadWhateverPrecedesItsLines(string prefix)
    {
        string[] before = ["Kernel panic - not syncing: lamp out", "------------[ cut here ]------------", "lamp: x-1 1d.h1. 5us : no <-call", "Dumping ftrace buffer:", "---------------------------------"];
        string[] after = ["---------------------------------", "Kernel Offset: disabled", "lamp <-unlit", ""];
        var log = string.Concat(before.Concat(Dump).Concat(after).Select(line => $"{prefix}{line}\n"));
        foreach (var text in new[] { log, log.Replace("\n", "\r\n", StringComparison.Ordinal), log.TrimEnd('\n'), string.Concat(Enumerable.Repeat(prefix + "usb 1-1: new device\n", 60_000)) + log })
            CheckDump(text);
    }

    [Fact]
    public void APartOfALogIsReadWithoutTheLineThatStartsTheDump()
        => CheckDump(string.Concat(Dump.Select(line => $"[  611.121001] {line}\n")));

    [Fact]
    public void FurtherLinesOfAMessageAreIndented()
    {
        var log = "Nov 29 09:30:00 lamp kernel: Dumping ftrace buffer:\nNov 29 09:30:00 lamp kernel: ---------------------------------\n"
            + $"Nov 29 09:30:00 lamp kernel: {Dump[0]}\nNov 29 09:30:00 lamp kernel: {Dump[1]}\n                             {Dump[2]}\n"
            + "Nov 29 09:30:00 lamp kernel: ---------------------------------\n";
        CheckDump(log);
    }

    [Fact]
    public void ALogInsideAReportIsRead()
    {
        var report = string.Concat(Enumerable.Range(0, 3000).Select(i => $"{i} words of a person who has seen a panic.\n"));
        var log = string.Concat(new[] { "Dumping ftrace buffer:", "---------------------------------" }.Concat(Dump)
            .Append("---------------------------------").Select(line => $"[  611.121001] {line}\n"));
        CheckDump(report + log + report);
    }

    [Fact]
    public void ATraceAfterOtherTextIsRead()
    {
        var words = string.Concat(Enumerable.Range(0, 30_000).Select(i => $"{i} words of a console, and a <-b.\n"));
        foreach (var isFile in new[] { true, false })
        {
            var (events, info) = Read(Encoding.UTF8.GetBytes(words + Text), isFile);
            Assert.Equal(Calls, events);
            Assert.Equal((30_000, 8), (info.NotParsed, info.Cpus));
        }
        // A console without time stamps.
        var (dump, _) = Read(Encoding.UTF8.GetBytes(words + "Dumping ftrace buffer:\n---------------------------------\n" + string.Join("\n", Dump) + "\n"), isFile: true);
        Assert.Equal(2, dump.Count);
    }

    [Fact]
    public void AFilterThatReadsTwiceReadsAWrappedPipe()
    {
        var path = new TricklingStream(Encoding.UTF8.GetBytes(Page(200_000, Text)), new Random(3), 5000);
        using var reader = TraceFile.Open(path, "pipe");
        var (events, _) = Reading.Events(reader, new CallFilter { Root = ["meld_gate"] });
        Assert.Equal(Calls[1..2], events);
    }

    private static void CheckDump(string log)
    {
        foreach (var isFile in new[] { true, false })
        {
            var (events, info) = Read(Encoding.UTF8.GetBytes(log), isFile);
            Assert.Equal(
                ["32281838000 2 loom-1853/ HardIrq weft_lock <-weft_try -1 -1", "32281842000 3 <idle>-0/ SoftIrq weft_timer <-weft_soft -1 -1"],
                events);
            Assert.Equal((2, 12, 0), (info.Calls, info.LostEvents, info.NotParsed));
        }
    }

    private static void Check(byte[] bytes, string? compression, bool isCut = false)
    {
        foreach (var isFile in new[] { true, false })
        {
            var (events, info) = Read(bytes, isFile);
            Assert.Equal(Calls, events);
            Assert.Equal((3, 1, 0, 8), (info.Calls, info.Events, info.NotParsed, info.Cpus));
            Assert.Equal(compression, info.Compression);
            Assert.Equal(isCut ? 1 : 0, info.Warnings.Count);
        }
    }

    private static (List<string> Events, TraceInfo Info) Read(byte[] bytes, bool isFile)
    {
        if (!isFile) return Reading.Events(TraceFile.Open(new TricklingStream(bytes, new Random(7), 40_000), "pipe"));
        var path = Path.Combine(Directory.CreateTempSubdirectory("km-layer-").FullName, "trace.txt");
        File.WriteAllBytes(path, bytes);
        try
        {
            return Reading.Events(TraceFile.Open(path, new TraceReadOptions { Threads = 2 }));
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static string Page(int viewer, params string[] data)
    {
        var page = new StringBuilder("<!DOCTYPE html>\n<html>\n<head>\n<script>\n");
        var lines = 0;
        while (page.Length < viewer)
            page.Append(lines++ % 7 == 0 ? "document.querySelectorAll('.trace-data'); // not <script class=\"trace-data\">" : $"var shade{lines} = 'a <-b';\n");
        page.Append("</script>\n</head>\n<body>\n");
        foreach (var text in data) page.Append($"<!-- BEGIN TRACE -->\n  <script class=\"trace-data\" type=\"application/text\">\n{text}  </script>\n<!-- END TRACE -->\n");
        return page.Append("</body>\n</html>\n").ToString();
    }

    private static string Escaped(string text)
        => text.Replace("\\", "\\\\").Replace("\"", "\\\"").Replace("\n", "\\n").Replace("\t", "\\u0009").Replace("/", "\\/")
            .Replace("😀", "\\uD83D\\ude00").Replace("ü", "\\u00fc");

    private static byte[] Zlib(byte[] bytes)
    {
        using var compressed = new MemoryStream();
        using (var zlib = new ZLibStream(compressed, CompressionLevel.Optimal)) zlib.Write(bytes);
        return compressed.ToArray();
    }
}
