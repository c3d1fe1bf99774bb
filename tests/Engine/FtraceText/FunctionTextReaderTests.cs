using System.Globalization;
using System.IO.Compression;
using System.Text;
using KernelMagnifier.Counting;
using KernelMagnifier.Files;
using KernelMagnifier.Model;
using KernelMagnifier.Selection;
using KernelMagnifier.Traces;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Engine.Tests.FtraceText;

public class FunctionTextReaderTests
{
    private const string Header = "# tracer: function\n#\n";

    public static TheoryData<string> LocalRecordings
        => [.. Directory.EnumerateFiles(SharedData.Local("text"), "*.zst").Select(f => Path.GetFileName(f)!)
        .Order(StringComparer.Ordinal)];

    public static TheoryData<string> SharedRecordings => SharedData.Folder is null ? ["none"] :
    [
        .. Directory.EnumerateFiles(SharedData.Shared("text"), "*.zst")
        .Concat(Directory.EnumerateFiles(SharedData.Shared("text7"), "*function*.zst"))
            .Concat(Directory.EnumerateFiles(SharedData.Shared("perf"), "perf-ftrace-function*")).Order(StringComparer.Ordinal),
    ];

    [Theory]
    [MemberData(nameof(LocalRecordings))]
    public void Every_layout_gives_the_calls_of_the_reference(string name)
        => CompareWithReference(SharedData.Local(Path.Combine("text", name)));

    [SharedDataTheory]
    [MemberData(nameof(SharedRecordings))]
    public void Whole_recordings_give_the_calls_of_the_reference(string path) => CompareWithReference(path);

    public static TheoryData<string> MoreRecordings => SharedData.More is not { } more ? ["none"] :
        [.. Directory.EnumerateFiles(more, "*.zst", SearchOption.AllDirectories)
            .Where(f => Path.GetFileName(Path.GetDirectoryName(f)) is "text" or "text-noargs" or "pipe")
            // Not function_graph, and not markers whose text imitates a line in another layout.
            .Where(f => !f.Contains("graph", StringComparison.Ordinal) && !f.Contains("marker-latfmt", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)];

    [MoreDataTheory]
    [MemberData(nameof(MoreRecordings))]
    public void Recordings_of_other_kernels_give_the_calls_of_the_reference(string path) => CompareWithReference(path);

    private static void CompareWithReference(string path)
    {
        var name = Path.GetFileName(path);
        if (name.Contains("-raw", StringComparison.Ordinal) || name.Contains("-hex", StringComparison.Ordinal)) return;
        var expected = FunctionTextReference.Events(
            FunctionTextReference.ReadAll(path), name.Contains("nocontext", StringComparison.Ordinal));
        var (events, info) = Reading.Events(TraceFile.Open(path));
        Assert.Equal(expected, events);
        Assert.Equal(expected.Count, info.Calls);
        Assert.Equal(FunctionTextReference.Edges(expected), Reading.Edges(TraceFile.Open(path)).Edges);
    }

    [Theory]
    [InlineData("function-raw.txt.zst", "0xffffffffaca48869,0xffffffffac146800,")]
    [InlineData("function-hex.txt.zst", "0xffffffffac0e21c7,0xffffffffac0df890,")]
    public void Raw_and_hex_text_name_functions_by_address(string name, string edge)
    {
        var (edges, info) = Reading.Edges(TraceFile.Open(SharedData.Local(Path.Combine("text", name))));
        Assert.Contains(edges, e => e.StartsWith(edge, StringComparison.Ordinal));
        Assert.Equal(0, info.NotParsed);
        Assert.InRange(info.Calls, 300, 320);
    }

    /// <summary>The edges that the Python kernel-magnifier finds in its own recordings.</summary>
    [SharedDataTheory]
    [InlineData("km-small", 47_748, 2_197_330, 1)]
    [InlineData("km-idle", 61_904, 1_546_860, 0)]
    [InlineData("km-medium", 672_420, 35_657_820, 1)]
    [InlineData("km-large", 6_714_549, 205_392_210, 1)]
    public void Edges_equal_those_of_the_Python_tool(string name, long calls, long lost, long notParsed)
    {
        var (edges, info) = Reading.Edges(TraceFile.Open(SharedData.Shared($"python-tool/{name}.data.zst")));
        Assert.Equal(File.ReadLines(SharedData.Shared($"expected/{name}.edges.csv")).Skip(1).Order(StringComparer.Ordinal),
            edges);
        Assert.Equal((calls, lost, notParsed), (info.Calls, info.LostEvents, info.NotParsed));
        Assert.Equal(nameof(ClockUnit.Counts), info.ClockUnit);
        Assert.Equal(2, info.Cpus);
    }

    [Fact]
    public void Every_kind_of_input_gives_the_same_calls()
    {
        var path = SharedData.Local("text/function-tgid.txt.zst");
        var text = Encoding.UTF8.GetBytes(FunctionTextReference.ReadAll(path));
        var (expected, _) = Reading.Events(TraceFile.Open(path));
        var folder = Directory.CreateTempSubdirectory("km-test-").FullName;
        var plain = Path.Combine(folder, "no-extension");
        File.WriteAllBytes(plain, text);
        var gzip = Path.Combine(folder, "wrong.zst");
        using (var compressed = new GZipStream(File.Create(gzip), CompressionMode.Compress)) compressed.Write(text);
        foreach (var threads in (int[])[1, 2, 5])
        {
            var options = new TraceReadOptions { Threads = threads };
            Assert.Equal(expected, Reading.Events(TraceFile.Open(plain, options)).Events);
            Assert.Equal(expected, Reading.Events(TraceFile.Open(gzip, options)).Events);
            Assert.Equal(expected, Reading.Events(TraceFile.Open(path, options)).Events);
            Assert.Equal(expected, Reading.Events(TraceFile.Open(new Trickle(text), "-", options)).Events);
            Assert.Equal(FunctionTextReference.Edges(expected.Select(e => e)),
                Reading.Edges(TraceFile.Open(new Trickle(text), "-", options)).Edges);
        }
        Directory.Delete(folder, true);
    }

    [Fact]
    public void A_stream_can_be_read_twice()
    {
        var text = Encoding.UTF8.GetBytes(FunctionTextReference.ReadAll(SharedData.Local("text/function-local.txt.zst")));
        var filter = new CallFilter { MinCount = 3 };
        var (all, _) = Reading.Events(TraceFile.Open(new MemoryStream(text), "-"));
        var often = all.GroupBy(e => e.Split(' ')[4] + e.Split(' ')[5]).Where(g => g.Count() >= 3).Sum(g => g.Count());
        var (kept, info) = Reading.Events(TraceFile.Open(new Trickle(text), "-"), filter);
        Assert.Equal(often, kept.Count);
        Assert.InRange(kept.Count, 1, all.Count - 1);
        Assert.Equal(all.Count, info.Calls);
    }

    [Theory]
    [InlineData("            bash-42      [001] d.h1.   117.031642: update_process_times(user_tick=0) <-tick_nohz_handler", "117031642000 1 bash-42/ HardIrq update_process_times <-tick_nohz_handler")]
    [InlineData("            bash-42      [001] .....   117.031642: f(a=0x1, s=\"x <-y\") <-g", "117031642000 1 bash-42/ Task f <-g")]
    [InlineData("            bash-42      [001] d.s1.   117.031642: ext4_a [ext4] <-vfs_b", "117031642000 1 bash-42/ SoftIrq ext4_a[ext4] <-vfs_b")]
    [InlineData("            bash-42      [001] d.Z1.   117.031642: a <-b [mod_c]", "117031642000 1 bash-42/ Nmi a <-b[mod_c]")]
    [InlineData("          a-b[0]-42      [1234] .....   117.031642: a <-b", "117031642000 1234 a-b[0]-42/ Task a <-b")]
    [InlineData(" x-1 [0] . 1: f-836     [000] .....     5.500000: a <-b", "5500000000 0 x-1 [0] . 1: f-836/ Task a <-b")]
    [InlineData("          <idle>-0       (-------) [001] d.h4.    15.106932: a <-b", "15106932000 1 <idle>-0/ HardIrq a <-b")]
    [InlineData("            bash-4194304 (4194303) [001] d.h4.    15.106932: a <-b", "15106932000 1 bash-4194304/4194303 HardIrq a <-b")]
    [InlineData("bash-42 [001] ..... 15.106932: a <-b", "15106932000 1 bash-42/ Task a <-b")]
    [InlineData("            bash-42      [001] ....    15.106932: a <-b", "15106932000 1 bash-42/ Task a <-b")]
    [InlineData("            bash-42      [001] .....    15.106932: a+0x0/0x90 <ffffffff81000010> <-b+0x11/0x20 [m] <ffffffffc0000011>", "15106932000 1 bash-42/ Task a <-b[m]")]
    [InlineData("            bash-42      [001] .....    15.106932: a <-b\r", "15106932000 1 bash-42/ Task a <-b")]
    [InlineData("            bash-42      [001] .....    15.106932123: a <-b", "15106932123 1 bash-42/ Task a <-b")]
    public void A_line_gives_its_call(string line, string expected)
    {
        var (events, info) = Reading.Events(Open(Header + line + "\n"));
        Assert.Equal([expected + " -1 -1"], events);
        Assert.Equal(0, info.NotParsed);
    }

    [Theory]
    [InlineData("            bash-42      [001] .....    15.106932: tracing_mark_write: a: b <-c", "tracing_mark_write")]
    [InlineData("            bash-42      [001] .....    15.106932: sched_switch: prev_comm=<-x prev_pid=1", "sched_switch")]
    [InlineData("            bash-42      [001] .....    15.106932: <stack trace>", "kernel_stack")]
    [InlineData("            bash-42      [001] .....    15.106932: sys_write(fd: 3, buf: 0x7fff32b6e660, count: 5)", "sys_enter_write")]
    [InlineData("            bash-42      [001] .....    15.106932: sys_openat -> 0x3", "sys_exit_openat")]
    [InlineData("            bash-42      [001] .....    15.106932: # 4030201 buf: 61 62", "raw_data")]
    [InlineData("            bash-42      [001] .....    15.106932: a <-b (repeats: 7, last_ts:    84.532174)", "func_repeats")]
    public void Other_events_are_not_calls(string line, string kind)
    {
        var (events, info) = Reading.Events(Open(Header + line + "\n => frame_a\n => frame_b\n"));
        Assert.Empty(events);
        Assert.Equal((1, 0), (info.EventKinds[kind], info.NotParsed));
    }

    [Fact]
    public void The_number_of_overwritten_events_is_read_from_the_header()
    {
        var (_, info) = Reading.Edges(TraceFile.Open(SharedData.Local("text/k7.2-function-args.txt.zst")));
        Assert.Equal(520_500 - 13_661, info.OverwrittenEvents);
        Assert.Equal(2, info.Cpus);
    }

    [Fact]
    public void Lost_events_are_summed_per_cpu()
    {
        var (_, info) = Reading.Events(Open("""
            CPU:2 [LOST 1305 EVENTS]
                        bash-42      [001] .....    15.106932: a <-b
            CPU:2 [LOST 5 EVENTS]
            CPU:0 [LOST 7 EVENTS]
            CPU:0 [LOST EVENTS]
            ##### CPU 1 buffer started ####

            """));
        Assert.Equal((1, 1318, true), (info.Calls, info.LostEvents, info.LostEventsIsMinimum));
        Assert.Equal([(0, 8), (1, 0), (2, 1310)], info.PerCpu.Select(c => (c.Cpu, c.LostEvents)));
        Assert.Empty(info.Warnings);
    }

    [Fact]
    public void Lines_that_cannot_be_parsed_are_counted_and_shown()
    {
        var (events, info) = Reading.Events(Open(Header + """
                        bash-42      [001] .....    15.106932: a <-b
            garbage
                        bash-42      [001] .....    15.106933: a b <-c
                        bash-42      [001] .....    15.106934: cut <-
            """));
        Assert.Single(events);
        Assert.Equal(3, info.NotParsed);
        Assert.Contains("garbage", info.NotParsedSamples);
        Assert.Equal(2, info.PerCpu.Single(c => c.Cpu == 1).NotParsed);
    }

    [Fact]
    public void A_last_line_without_a_caller_is_damaged_if_the_other_lines_have_callers()
    {
        var line = "            bash-42      [001] .....    15.106932: alpha <-beta\n";
        var (events, info) = Reading.Events(Open(Header + line + line + line[..^6].TrimEnd('<', '-', ' ')));
        Assert.Equal(2, events.Count);
        Assert.Equal(1, info.NotParsed);
        Assert.Contains(info.Warnings, w => w.Contains("no newline", StringComparison.Ordinal));
    }

    [Fact]
    public void A_cut_at_any_byte_keeps_every_whole_line()
    {
        var text = FirstLines("text/function-tgid.txt.zst", 24);
        var (whole, _) = Reading.Events(TraceFile.Open(new MemoryStream(text), "-"));
        for (var cut = 40; cut < text.Length; cut++)
        {
            var (events, _) = Reading.Events(TraceFile.Open(new MemoryStream(text[..cut]), "-"));
            var lines = Encoding.UTF8.GetString(text[..cut]).Split('\n')[..^1]
                .Count(l => l.Contains(" <-", StringComparison.Ordinal));
            Assert.InRange(events.Count, lines, lines + 1);
            Assert.Equal(whole[..lines], events[..lines]);
        }
    }

    [Fact]
    public void Random_damage_does_not_throw_and_every_call_is_counted()
    {
        var random = new Random(20_240_611);
        var text = FirstLines("text/function-symoffset-symaddr.txt.zst", 60);
        for (var round = 0; round < 3000; round++)
        {
            var damaged = (byte[])text.Clone();
            for (var i = random.Next(1, 12); i > 0; i--) damaged[random.Next(12, damaged.Length)] = (byte)random.Next(256);
            try
            {
                var (events, info) = Reading.Events(TraceFile.Open(new MemoryStream(damaged), "-"));
                Assert.Equal(events.Count, info.Calls);
            }
            catch (KernelMagnifierException)
            {
                // So much damage that it is not recognized as a recording.
            }
        }
    }

    [Fact]
    public void Blocks_can_start_at_any_byte()
    {
        var text = FunctionTextReference.ReadAll(SharedData.Local("text/function-modules-symaddr.txt.zst"));
        var bytes = Encoding.UTF8.GetBytes(text);
        var path = Path.Combine(Directory.CreateTempSubdirectory("km-test-").FullName, "trace");
        File.WriteAllBytes(path, bytes);
        var expected = text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        using var file = File.OpenHandle(path);
        for (var size = 1; size < 700; size += size < 260 ? 1 : 37)
        {
            Assert.Equal(expected, Lines(new FileLineBlocks(file, bytes.Length, size)));
            if (size % 7 == 0) Assert.Equal(expected, Lines(new StreamLineBlocks(new Trickle(bytes), 0, size)));
        }

        static List<string> Lines(LineBlocks blocks)
        {
            var lines = new List<string>();
            var block = new LineBlock();
            while (blocks.Next(block))
                lines.AddRange(Encoding.UTF8.GetString(block.Text).Split('\n', StringSplitOptions.RemoveEmptyEntries));
            return lines;
        }
    }

    [Fact]
    public void A_line_that_is_too_long_does_not_affect_other_lines()
    {
        var line = "            bash-42      [001] .....    15.106932: alpha <-beta\n";
        var text = Encoding.UTF8.GetBytes(Header + line + new string('x', 5_000_000) + "\n" + line + new string('y', 3_000_000));
        var path = Path.Combine(Directory.CreateTempSubdirectory("km-test-").FullName, "trace");
        File.WriteAllBytes(path, text);
        foreach (var reader in (TraceReader[])[TraceFile.Open(path), TraceFile.Open(new Trickle(text, 70_000), "-")])
        {
            var (events, info) = Reading.Events(reader);
            Assert.Equal(2, events.Count);
            Assert.True(info.NotParsed >= 1);
        }
    }

    [Theory]
    [InlineData("", "the file is empty")]
    [InlineData("hello\nworld\n", "the start of this file contains no line")]
    [InlineData("PERFILE2xxxxxxxx", "perf script -i")]
    [InlineData("\u007FELF\u0002\u0001\u0001", "ELF file")]
    public void A_file_that_is_not_a_recording_is_rejected_with_a_reason(string text, string reason)
    {
        var error = Assert.ThrowsAny<KernelMagnifierException>(()
            => TraceFile.Open(new MemoryStream(Encoding.Latin1.GetBytes(text)), "some.file"));
        Assert.Equal((ErrorCode.TraceUnreadable, "some.file"), (error.Code, error.Target));
        Assert.StartsWith("some.file: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("text/function-local.txt.zst")]
    [InlineData("graph/fg-abstime.txt.zst")]
    [InlineData("perf/cpuclock-g.script.txt.zst")]
    public void A_text_recording_has_no_buffer_instance(string file)
    {
        var path = SharedData.Local(file);
        var error = Assert.ThrowsAny<KernelMagnifierException>(() => TraceFile.Open(path, new TraceReadOptions { Instance = "sched" }));
        Assert.Equal((ErrorCode.InstanceNotFound, path), (error.Code, error.Target));
        Assert.Contains("'sched'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_is_named()
    {
        var error = Assert.ThrowsAny<KernelMagnifierException>(() => TraceFile.Open("/no/such/file"));
        Assert.Equal((ErrorCode.TraceNotFound, "/no/such/file"), (error.Code, error.Target));
    }

    [Fact]
    public void Cancellation_ends_the_reading_of_an_endless_pipe()
    {
        var text = Encoding.UTF8.GetBytes(FunctionTextReference.ReadAll(SharedData.Local("text/function-local.txt.zst")));
        using var cancel = new CancellationTokenSource();
        using var reader = TraceFile.Open(new Endless(text), "-");
        cancel.CancelAfter(200);
        Assert.ThrowsAny<OperationCanceledException>(() => reader.Read(new CallTally(CallGrouping.Edge), null, cancel.Token));
    }

    private static byte[] FirstLines(string name, int count)
        => Encoding.UTF8.GetBytes(
            string.Concat(FunctionTextReference.ReadAll(SharedData.Local(name)).Split('\n').Take(count).Select(l => l + "\n")));

    private static TraceReader Open(string text) => TraceFile.Open(new MemoryStream(Encoding.UTF8.GetBytes(text)), "-");

    /// <summary>A pipe that returns few bytes at a time.</summary>
    private sealed class Trickle(byte[] bytes, int most = 4093) : ReadOnlyStream
    {
        private int _at;

        public override int Read(Span<byte> buffer)
        {
            var n = Math.Min(Math.Min(buffer.Length, most), bytes.Length - _at);
            bytes.AsSpan(_at, n).CopyTo(buffer);
            _at += n;
            return n;
        }
    }

    /// <summary>A pipe that never ends.</summary>
    private sealed class Endless(byte[] bytes) : ReadOnlyStream
    {
        private int _at;

        public override int Read(Span<byte> buffer)
        {
            var n = Math.Min(buffer.Length, bytes.Length - _at);
            bytes.AsSpan(_at, n).CopyTo(buffer);
            _at = (_at + n) % bytes.Length;
            return n;
        }
    }
}
