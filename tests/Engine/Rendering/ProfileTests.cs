using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml;
using KernelMagnifier.Counting;
using KernelMagnifier.Model;
using KernelMagnifier.Rendering;
using KernelMagnifier.Rendering.Profiles;
using KernelMagnifier.Text;
using KernelMagnifier.Traces;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Engine.Tests.Rendering;

/// <summary>
/// Tests profiles. A reader written from the specification of each format, and its own tool if installed, reads them back. Their
/// counts and times must equal plain sums over the calls of the recording.
/// </summary>
public sealed class ProfileTests : IDisposable
{
    // Without returns; with returns and timestamps; with returns and without timestamps.
    private const string Plain = "tcp-echo.trace.zst", Timed = "graph/fg-abstime.txt.zst", Timeless = "graph/fg-proc.txt.zst";

    private static readonly string[] Hostile =
    [
        "=cmd|' /C calc'!A1", "</script><script>alert(1)</script>", "say \"hi\"", "two\r\nlines", "\e[31mred\a", "\u202Eevil", "a;b;c 12", "a|b `c` <b>&amp; #35;", new string('k', 4096), "漢字",
    ];

    private readonly string _folder = Directory.CreateTempSubdirectory("km-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, true);

    private string At(string name) => Path.Combine(_folder, name);

    private static (CallNames Names, List<CallRecord> Calls) Read(string recording)
    {
        using var reader = TraceFile.Open(SharedData.Local(recording));
        var calls = new OrderedCalls();
        reader.Read(calls);
        return (calls.Names, calls.Calls);
    }

    private static (CallNames Names, List<CallRecord> Calls) HostileCalls()
    {
        var names = TestContexts.NamesOf(new TraceInfo("evil.data") { Tracer = "function", Cpus = 1 });
        return (names, [.. Hostile.SelectMany((name, i) => Enumerable.Repeat(Call(names, name, i == 0 ? "" : Hostile[i - 1], 100 + i, name), i + 1))]);
    }

    private static CallRecord Call(CallNames names, string function, string caller = "", int pid = 7, string comm = "task", int depth = CallRecord.NoDepth, long time = 0, long duration = -1, long self = -1, int cpu = 0, ExecutionContext context = ExecutionContext.Task) => new()
    {
        Function = names.Function(function, null), Caller = caller.Length == 0 ? 0 : names.Function(caller, null), Task = pid < 0 ? 0 : names.Task(Encoding.UTF8.GetBytes(comm), pid),
        Depth = (short)depth, Time = time, Duration = duration, SelfDuration = self, Cpu = cpu, Context = context,
    };

    private (string Path, ProfileExport Export) Write((CallNames Names, List<CallRecord> Calls) recording, string name, ProfileWeight weight = ProfileWeight.Auto, string? title = null)
    {
        using var writer = ProfileWriter.Create(At(name), title, weight, force: true);
        writer.Begin(recording.Names.Context());
        writer.Accept(recording.Calls.ToArray());
        return (At(name), writer.Commit());
    }

    private static Dictionary<string, long> Counts((CallNames Names, List<CallRecord> Calls) r)
        => r.Calls.GroupBy(c => DisplayText.Visible(r.Names.Functions[c.Function].ToString())).ToDictionary(g => g.Key, g => (long)g.Count());

    private static Dictionary<string, long> Times((CallNames Names, List<CallRecord> Calls) r)
        => r.Calls.Where(c => c.SelfDuration > 0).GroupBy(c => DisplayText.Visible(r.Names.Functions[c.Function].ToString())).ToDictionary(g => g.Key, g => g.Sum(c => c.SelfDuration));

    private static Dictionary<string, long> ByLeaf(IEnumerable<(string[] Stack, long Weight)> samples)
        => samples.Where(s => s.Weight != 0).GroupBy(s => s.Stack[^1]).ToDictionary(g => g.Key, g => g.Sum(s => s.Weight));

    // --- readers ----------------------------------------------------------------------------------------------------------------

    private static List<(string[] Stack, long Weight)> ReadFolded(string path)
        => [.. File.ReadLines(path).Select(l => Regex.Match(l, @"^(.*)\s(\d+)$")).Select(m => (m.Groups[1].Value.Split(';'), long.Parse(m.Groups[2].Value)))];

    private static List<(string[] Stack, long Weight)> ReadSpeedscope(string path, int profile = 0)
    {
        using var json = JsonDocument.Parse(File.ReadAllBytes(path));
        var root = json.RootElement;
        Assert.Equal("https://www.speedscope.app/file-format-schema.json", root.GetProperty("$schema").GetString());
        var frames = root.GetProperty("shared").GetProperty("frames").EnumerateArray().Select(f => f.GetProperty("name").GetString()!).ToList();
        var chosen = root.GetProperty("profiles")[profile];
        Assert.Equal("sampled", chosen.GetProperty("type").GetString());
        var samples = chosen.GetProperty("samples").EnumerateArray().Select(s => s.EnumerateArray().Select(f => frames[f.GetInt32()]).ToArray()).ToList();
        var weights = chosen.GetProperty("weights").EnumerateArray().Select(w => w.GetInt64()).ToList();
        Assert.Equal(samples.Count, weights.Count);
        Assert.Equal(weights.Sum(), chosen.GetProperty("endValue").GetInt64());
        return [.. samples.Zip(weights)];
    }

    /// <summary>Parses a protobuf message into fields with numbers or bytes.</summary>
    private static List<(int Field, ulong Number, byte[]? Bytes)> Message(ReadOnlySpan<byte> bytes)
    {
        var fields = new List<(int, ulong, byte[]?)>();
        for (var at = 0; at < bytes.Length;)
        {
            var tag = Varint(bytes, ref at);
            if ((tag & 7) == 0)
            {
                fields.Add(((int)(tag >> 3), Varint(bytes, ref at), null));
                continue;
            }
            Assert.Equal(2UL, tag & 7);
            var length = (int)Varint(bytes, ref at);
            fields.Add(((int)(tag >> 3), 0, bytes.Slice(at, length).ToArray()));
            at += length;
        }
        return fields;
    }

    private static ulong Varint(ReadOnlySpan<byte> bytes, ref int at)
    {
        var value = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            var b = bytes[at++];
            value |= (ulong)(b & 0x7F) << shift;
            if (b < 0x80) return value;
        }
    }

    private static List<long> Packed(byte[] bytes)
    {
        var values = new List<long>();
        for (var at = 0; at < bytes.Length;) values.Add((long)Varint(bytes, ref at));
        return values;
    }

    /// <summary>
    /// Reads the sample types of a pprof profile, and the stack (outermost first), values and task of each sample.
    /// </summary>
    private static (List<string> Types, List<(string[] Stack, List<long> Values, string Task)> Samples, List<string> Comments) ReadPprof(string path)
    {
        using var unpacked = new MemoryStream();
        using (var gzip = new GZipStream(File.OpenRead(path), CompressionMode.Decompress)) gzip.CopyTo(unpacked);
        var profile = Message(unpacked.ToArray());
        var strings = profile.Where(f => f.Field == 6).Select(f => Encoding.UTF8.GetString(f.Bytes!)).ToList();
        Assert.Equal("", strings[0]);
        string Text(ulong i) => strings[(int)i];
        ulong Of(List<(int Field, ulong Number, byte[]? Bytes)> message, int field) => message.FirstOrDefault(f => f.Field == field).Number;
        var functions = profile.Where(f => f.Field == 5).Select(f => Message(f.Bytes!)).ToDictionary(m => Of(m, 1), m => Text(Of(m, 2)));
        var locations = profile.Where(f => f.Field == 4).Select(f => Message(f.Bytes!)).ToDictionary(m => Of(m, 1), m => functions[Of(Message(m.Single(f => f.Field == 4).Bytes!), 1)]);
        var samples = profile.Where(f => f.Field == 2).Select(f => Message(f.Bytes!)).Select(m => (
            Packed(m.Single(f => f.Field == 1).Bytes!).Select(l => locations[(ulong)l]).Reverse().ToArray(), Packed(m.Single(f => f.Field == 2).Bytes!),
            Text(Of(Message(m.Single(f => f.Field == 3).Bytes!), 2)))).ToList();
        return ([.. profile.Where(f => f.Field == 1).Select(f => Message(f.Bytes!)).Select(m => $"{Text(Of(m, 1))}/{Text(Of(m, 2))}")], samples, [.. profile.Where(f => f.Field == 13).Select(f => Text(f.Number))]);
    }

    private sealed record Slice(string Track, string Name, bool IsCall, long Begin, long End, int Depth);

    /// <summary>Pairs begins and ends per track in time order, as Perfetto does.</summary>
    private static List<Slice> Nest(IEnumerable<(string Track, bool Begins, string Name, bool IsCall, long Time)> events)
    {
        var slices = new List<Slice>();
        foreach (var track in events.GroupBy(e => e.Track))
        {
            var open = new Stack<(string Name, bool IsCall, long Begin)>();
            foreach (var e in track.OrderBy(e => e.Time))
            {
                if (e.Begins)
                {
                    open.Push((e.Name, e.IsCall, e.Time));
                    continue;
                }
                var (name, isCall, begin) = open.Pop();
                slices.Add(new Slice(e.Track, name, isCall, begin, e.Time, open.Count));
            }
            Assert.Empty(open);
        }
        return slices;
    }

    private static List<Slice> ReadChrome(string path, out List<string> notes)
    {
        using var json = JsonDocument.Parse(File.ReadAllBytes(path));
        notes = [.. json.RootElement.GetProperty("otherData").GetProperty("notes").EnumerateArray().Select(n => n.GetString()!)];
        return Nest(json.RootElement.GetProperty("traceEvents").EnumerateArray().Where(e => e.GetProperty("ph").GetString() is "B" or "E").Select(e => (
            $"{e.GetProperty("pid")}/{e.GetProperty("tid")}", e.GetProperty("ph").GetString() == "B", e.TryGetProperty("name", out var name) ? name.GetString()! : "",
            e.TryGetProperty("cat", out var category) && category.GetString() == "call", (long)(e.GetProperty("ts").GetDecimal() * 1000))));
    }

    private static List<Slice> ReadPerfetto(string path, out List<string> notes)
    {
        var names = new Dictionary<ulong, string>();
        var events = new List<(string, bool, string, bool, long)>();
        var tracks = new HashSet<ulong>();
        notes = [];
        foreach (var packet in Message(File.ReadAllBytes(path)).Select(p => Message(p.Bytes!)))
        {
            Assert.Contains(packet, f => f.Field == 10 && f.Number == 1);
            foreach (var field in packet)
            {
                if (field.Field == 60) tracks.Add(Message(field.Bytes!).Single(f => f.Field == 1).Number);
                if (field.Field == 12)
                {
                    var name = Message(Message(field.Bytes!).Single(f => f.Field == 2).Bytes!);
                    names.Add(name[0].Number, Encoding.UTF8.GetString(name[1].Bytes!));
                }
            }
            if (packet.Find(f => f.Field == 11).Bytes is not { } bytes) continue;
            var e = Message(bytes);
            var (type, track) = (e.Single(f => f.Field == 9).Number, e.Single(f => f.Field == 11).Number);
            Assert.Contains(track, tracks);
            if (type == 3) notes.Add(Encoding.UTF8.GetString(e.Single(f => f.Field == 23).Bytes!));
            else events.Add((track.ToString(CultureInfo.InvariantCulture), type == 1, type == 1 ? names[e.Single(f => f.Field == 10).Number] : "",
                type == 1 && Encoding.UTF8.GetString(e.Single(f => f.Field == 22).Bytes!) == "call", (long)packet.Find(f => f.Field == 8).Number));
        }
        return Nest(events);
    }

    // --- counts and times ---------------------------------------------------------------------------------------------------------

    [Theory]
    [InlineData(Plain)]
    [InlineData(Timed)]
    [InlineData(Timeless)]
    public void Every_format_holds_the_counts(string recording)
    {
        var all = Read(recording);
        var counts = Counts(all);
        Assert.True(all.Calls.Count > 200);
        Assert.Equal(counts, ByLeaf(ReadFolded(Write(all, "a.folded", ProfileWeight.Calls).Path)));
        Assert.Equal(counts, ByLeaf(ReadSpeedscope(Write(all, "a.speedscope.json", ProfileWeight.Calls).Path)));
        Assert.Equal(counts, ByLeaf(ReadPprof(Write(all, "a.pb.gz").Path).Samples.Select(s => (s.Stack, s.Values[0]))));
        foreach (var slices in new[] { ReadChrome(Write(all, "a.json").Path, out _), ReadPerfetto(Write(all, "a.perfetto-trace").Path, out _) })
            Assert.Equal(counts, slices.Where(s => s.IsCall).GroupBy(s => s.Name).ToDictionary(g => g.Key, g => (long)g.Count()));
    }

    [Theory]
    [InlineData(Timed)]
    [InlineData(Timeless)]
    public void Every_format_holds_the_times(string recording)
    {
        var all = Read(recording);
        var times = Times(all);
        Assert.NotEmpty(times);
        Assert.Equal(times, ByLeaf(ReadFolded(Write(all, "a.folded").Path)));
        Assert.Equal(times, ByLeaf(ReadSpeedscope(Write(all, "a.speedscope.json").Path)));
        var pprof = ReadPprof(Write(all, "a.pb.gz").Path);
        Assert.Equal(["calls/count", "time/nanoseconds"], pprof.Types);
        Assert.Equal(times, ByLeaf(pprof.Samples.Select(s => (s.Stack, s.Values[1]))));
    }

    [Theory]
    [InlineData(Timed)]
    [InlineData(Timeless)]
    [InlineData(Plain)]
    public void Stacks_lead_from_caller_to_function(string recording)
    {
        var all = Read(recording);
        var edges = all.Calls.Where(c => c.Caller != 0).GroupBy(c => $"{all.Names.Functions[c.Caller]} > {all.Names.Functions[c.Function]}").ToDictionary(g => g.Key, g => (long)g.Count());
        var samples = ReadFolded(Write(all, "a.folded", ProfileWeight.Calls).Path).Where(s => s.Stack.Length > 2)
            .GroupBy(s => $"{s.Stack[^2]} > {s.Stack[^1]}").ToDictionary(g => g.Key, g => g.Sum(s => s.Weight));
        foreach (var (edge, calls) in edges) Assert.Equal((edge, calls), (edge, samples.GetValueOrDefault(edge)));
    }

    [Fact]
    public void The_file_reports_rebuilt_stacks_and_missing_data()
    {
        var plain = Read(Plain);
        Assert.True(Write(plain, "a.folded").Export.StacksAreRebuilt);
        Assert.All(File.ReadLines(At("a.folded")), l => Assert.Contains(ProfileMarks.Rebuilt, l.Split(';')[0], StringComparison.Ordinal));
        Write(plain, "a.speedscope.json");
        using (var json = JsonDocument.Parse(File.ReadAllText(At("a.speedscope.json"))))
            Assert.All(json.RootElement.GetProperty("profiles").EnumerateArray(), p => Assert.EndsWith(ProfileMarks.Rebuilt, p.GetProperty("name").GetString(), StringComparison.Ordinal));
        Assert.Contains("rebuilt from callers", ReadPprof(Write(plain, "a.pb.gz").Path).Comments[0], StringComparison.Ordinal);
        ReadChrome(Write(plain, "a.json").Path, out var notes);
        Assert.Contains(notes, n => n.Contains("rebuilt", StringComparison.Ordinal));
        ReadPerfetto(Write(plain, "a.perfetto-trace").Path, out notes);
        Assert.Contains(notes, n => n.Contains("rebuilt", StringComparison.Ordinal));
        Assert.Equal(ErrorCode.NoDurations, Assert.Throws<KernelMagnifierException>(() => Write(plain, "b.folded", ProfileWeight.Time)).Code);

        var timeless = Read(Timeless);
        Assert.False(Write(timeless, "b.json").Export.StacksAreRebuilt);
        ReadChrome(At("b.json"), out notes);
        Assert.Contains(notes, n => n.Contains("no timestamps", StringComparison.Ordinal));
        Assert.False(File.Exists(At("b.folded")));
    }

    [Fact]
    public void A_graph_holds_the_counts()
    {
        using var reader = TraceFile.Open(SharedData.Local(Plain));
        var tally = new CallTally(CallGrouping.Edge);
        reader.Read(tally);
        var graph = tally.ToGraph();
        var edges = graph.Edges.ToDictionary(e => $"{e.Caller} > {e.Callee}", e => e.Count);

        ProfileFormats.Write(graph, At("a.graphml"), null, false);
        var xml = new XmlDocument { XmlResolver = null };
        xml.Load(At("a.graphml"));
        var names = Elements(xml, "node").ToDictionary(n => n.GetAttribute("id"), n => Data(n, "name"));
        Assert.Equal(edges, Elements(xml, "edge").ToDictionary(e => $"{names[e.GetAttribute("source")]} > {names[e.GetAttribute("target")]}", e => long.Parse(Data(e, "count"))));
        Assert.Equal(graph.Calls, Elements(xml, "node").Sum(n => long.Parse(Data(n, "calls"))));

        var note = ProfileFormats.Write(graph, At("a.mmd"), null, false).Note;
        var (nodes, drawn) = Mermaid(File.ReadAllText(At("a.mmd")));
        Assert.Equal(MermaidWriter.MostEdges, drawn.Count);
        Assert.Contains($"the 400 busiest of {graph.Edges.Count:N0} edges", note, StringComparison.Ordinal);
        Assert.All(drawn, e => Assert.Equal(edges[$"{nodes[e.From]} > {nodes[e.To]}"], e.Count));
        Assert.True(new FileInfo(At("a.mmd")).Length < 50_000);

        ProfileFormats.Write(graph, At("a.gv"), null, false);
        Assert.Contains("tcp_sendmsg", File.ReadAllText(At("a.gv")), StringComparison.Ordinal);
    }

    private static IEnumerable<XmlElement> Elements(XmlDocument xml, string name) => xml.GetElementsByTagName(name, "http://graphml.graphdrawing.org/xmlns").Cast<XmlElement>();

    private static string Data(XmlElement element, string key) => element.ChildNodes.Cast<XmlElement>().Single(d => d.GetAttribute("key") == key).InnerText;

    private static (Dictionary<string, string> Nodes, List<(string From, string To, long Count)> Edges) Mermaid(string text)
    {
        static string Text(string label) => Regex.Replace(label, "#(\\d+);", m => char.ConvertFromUtf32(int.Parse(m.Groups[1].Value)));
        var nodes = Regex.Matches(text, "(?m)^    (n\\d+)\\[\"(.*)<br/>[\\d,]+ calls?\"\\]$").ToDictionary(m => m.Groups[1].Value, m => Text(m.Groups[2].Value).Replace("(not traced)", ""));
        return (nodes, [.. Regex.Matches(text, "(?m)^    (n\\d+) -->\\|\"([\\d,]+)\"\\| (n\\d+)$").Select(m => (m.Groups[1].Value, m.Groups[3].Value, long.Parse(m.Groups[2].Value, NumberStyles.AllowThousands)))]);
    }

    // --- hostile names --------------------------------------------------------------------------------------------------------------

    [Fact]
    public void Hostile_names_are_escaped()
    {
        var evil = HostileCalls();
        var counts = Counts(evil);
        Assert.Equal(counts.ToDictionary(c => c.Key.Replace(";", "‹U+003B›"), c => c.Value), ByLeaf(ReadFolded(Write(evil, "a.folded", title: Hostile[1]).Path)));
        Assert.Equal(counts, ByLeaf(ReadSpeedscope(Write(evil, "a.speedscope.json", title: Hostile[3]).Path)));
        Assert.Equal(counts, ByLeaf(ReadPprof(Write(evil, "a.pb.gz").Path).Samples.Select(s => (s.Stack, s.Values[0]))));
        foreach (var slices in new[] { ReadChrome(Write(evil, "a.json", title: Hostile[1]).Path, out _), ReadPerfetto(Write(evil, "a.perfetto-trace", title: Hostile[3]).Path, out _) })
            Assert.Equal(counts, slices.Where(s => s.IsCall).GroupBy(s => s.Name).ToDictionary(g => g.Key, g => (long)g.Count()));

        var collector = new CallCollector(CallGrouping.Edge);
        foreach (var call in evil.Calls) collector.Add(new CallEvent(evil.Names.Context(), in call));
        ProfileFormats.Write(collector.ToGraph(), At("a.graphml"), Hostile[1], false);
        var xml = new XmlDocument { XmlResolver = null };
        xml.Load(At("a.graphml"));
        Assert.Equal(counts, Elements(xml, "node").Where(n => Data(n, "name").Length > 0).ToDictionary(n => Data(n, "name"), n => long.Parse(Data(n, "calls"))));
        ProfileFormats.Write(collector.ToGraph(), At("a.mmd"), Hostile[3], false);
        var (nodes, edges) = Mermaid(File.ReadAllText(At("a.mmd")));
        Assert.Equal(evil.Calls.Count, edges.Sum(e => e.Count));
        Assert.Equal(counts.Keys.Select(k => DisplayText.Shorten(k, 60)).Order(), nodes.Values.Where(n => n.Length > 0).Order());
        ProfileFormats.Write(collector.ToGraph(), At("a.gv"), Hostile[3], false);

        // Folded stacks are plain text without markup. FlameGraph_reads_it tests that flamegraph.pl escapes them.
        Assert.DoesNotContain(File.ReadAllText(At("a.folded")), c => (char.IsControl(c) && c != '\n') || c == '\u202E');
        foreach (var text in new[] { "a.speedscope.json", "a.json", "a.graphml", "a.mmd", "a.gv" }.Select(n => File.ReadAllText(At(n))))
        {
            Assert.DoesNotContain(text, c => (char.IsControl(c) && c != '\n') || c == '\u202E');
            // DOT has no markup outside <...>, and names are quoted.
            if (!text.StartsWith("digraph", StringComparison.Ordinal)) Assert.DoesNotContain("<script", text, StringComparison.OrdinalIgnoreCase);
        }
        Assert.Equal(File.ReadLines(At("a.folded")).Count(), ReadFolded(At("a.folded")).Count);
    }

    // --- stacks -----------------------------------------------------------------------------------------------------------------------

    private List<string> Stacks(CallNames names, params CallRecord[] calls)
        => [.. File.ReadLines(Write((names, [.. calls]), "s.folded", ProfileWeight.Calls).Path).Select(l => l.Replace(" " + ProfileMarks.Rebuilt, ""))];

    private static CallNames Names() => TestContexts.NamesOf(new TraceInfo("made.data"));

    [Fact]
    public void Stacks_follow_the_depth()
    {
        var n = Names();
        Assert.Equal(["task-7;a 2", "task-7;a;b 1", "task-7;a;b;c 1", "task-7;a;c 1"],
            Stacks(n, Call(n, "a", depth: 0), Call(n, "b", "a", depth: 1), Call(n, "c", "b", depth: 2), Call(n, "c", "a", depth: 1), Call(n, "a", depth: 0)));
        // A filter removed b, so only its name as the caller is known.
        Assert.Equal(["task-7;a 1", "task-7;a;b;c 1"], Stacks(n, Call(n, "a", depth: 0), Call(n, "c", "b", depth: 2)));
        // The open call is not the recorded caller: events were lost, and missing calls are not guessed.
        Assert.Equal(["task-7;a 1", "task-7;x;c 1", "task-7;y 1"], Stacks(n, Call(n, "a", depth: 0), Call(n, "c", "x", depth: 1), Call(n, "y", depth: 1)));
    }

    [Fact]
    public void Stacks_follow_the_callers_without_depths()
    {
        var n = Names();
        Assert.Equal(["task-7;a;b 2", "task-7;a;b;c 1", "task-7;x;y 1"],
            Stacks(n, Call(n, "b", "a"), Call(n, "c", "b"), Call(n, "b", "a"), Call(n, "y", "x")));
        // Recursion grows the stack. The next call is nested in the innermost open call of its caller.
        Assert.Equal(["task-7;m;f 1", "task-7;m;f;f 1", "task-7;m;f;f;f 1", "task-7;m;g 1"],
            Stacks(n, Call(n, "f", "m"), Call(n, "f", "f"), Call(n, "f", "f"), Call(n, "g", "m")));
        // An interrupt has a separate stack.
        Assert.Equal(["task-7;a;b 1", "task-7 HardIrq;irq;h 1", "task-7;a;b;c 1"],
            Stacks(n, Call(n, "b", "a"), Call(n, "h", "irq", context: ExecutionContext.HardIrq), Call(n, "c", "b")));
    }

    [Fact]
    public void Tasks_have_separate_stacks()
    {
        var n = Names();
        Assert.Equal(["one-1;a;b 1", "two-2;b;c 1", "one-1;a;b;c 1"], Stacks(n, Call(n, "b", "a", 1, "one"), Call(n, "c", "b", 2, "two"), Call(n, "c", "b", 1, "one")));
        // The idle tasks of all CPUs have pid 0.
        Assert.Equal(["<idle>-0;a;b 1", "<idle>-0;b;c 1"], Stacks(n, Call(n, "b", "a", 0, "<idle>", cpu: 0), Call(n, "c", "b", 0, "<idle>", cpu: 1)));
        // Without a task, the stack is named after the CPU.
        Assert.Equal(["CPU 3;a;b 1"], Stacks(n, Call(n, "b", "a", -1, cpu: 3)));
        // execve changes the name of the task.
        Assert.Equal(["sh-5;a;b 1", "ls-5;b;c 1"], Stacks(n, Call(n, "b", "a", 5, "sh"), Call(n, "c", "b", 5, "ls")));
    }

    [Fact]
    public void A_timeline_has_nested_slices_with_their_times()
    {
        var n = Names();
        CallRecord[] calls =
        [
            Call(n, "a", depth: 0, time: 1000, duration: 5000, self: 2000), Call(n, "b", "a", depth: 1, time: 2000, duration: 3000, self: 3000), Call(n, "a", depth: 0, time: 9000, duration: 500, self: 500),
            // A damaged duration that ends long after the next call.
            Call(n, "z", depth: 0, time: 10_000, duration: long.MaxValue / 2, self: 1), Call(n, "a", depth: 0, time: 20_000, duration: 100, self: 100),
        ];
        foreach (var slices in new[] { ReadChrome(Write((n, [.. calls]), "t.json").Path, out _), ReadPerfetto(Write((n, [.. calls]), "t.perfetto-trace").Path, out _) })
            Assert.Equal(["a 1000-6000 0", "b 2000-5000 1", "a 9000-9500 0", "z 10000-20000 0", "a 20000-20100 0"], slices.OrderBy(s => s.Begin).Select(s => $"{s.Name} {s.Begin}-{s.End} {s.Depth}"));
    }

    [Fact]
    public void The_depth_of_a_stack_is_limited()
    {
        var n = Names();
        var calls = Enumerable.Range(0, 5000).Select(i => Call(n, $"f{i + 1}", $"f{i}")).ToArray();
        Assert.Equal(5000, Stacks(n, calls).Count);
        Assert.All(File.ReadLines(At("s.folded")), l => Assert.True(l.Split(';').Length < 520));
    }

    [Fact]
    public void An_abandoned_profile_leaves_no_file()
    {
        var n = Names();
        foreach (var extension in ProfileFormats.OfStacks.Keys)
        {
            var writer = ProfileWriter.Create(At("x" + extension), null, ProfileWeight.Auto, false);
            writer.Begin(n.Context());
            writer.Accept([Call(n, "a")]);
            writer.Dispose();
        }
        Assert.Empty(Directory.GetFileSystemEntries(_folder));
        var unknown = Assert.Throws<KernelMagnifierException>(() => ProfileWriter.Create(At("x.txt"), null, ProfileWeight.Auto, false));
        Assert.Equal(ErrorCode.FormatUnknown, unknown.Code);
        Assert.Contains(".speedscope.json", unknown.RecommendedAction, StringComparison.Ordinal);
    }

    // --- the tools of the formats ---------------------------------------------------------------------------------------------------------

    [ToolFact("flamegraph.pl", "github.com/brendangregg/FlameGraph")]
    public void FlameGraph_reads_it()
    {
        foreach (var (recording, name) in new[] { (Read(Plain), "tcp_sendmsg"), (Read(Timed), "page_remove_rmap"), (HostileCalls(), "say") })
        {
            var svg = Run("flamegraph.pl", Write(recording, "f.folded", ProfileWeight.Calls).Path);
            Assert.Contains(name, svg, StringComparison.Ordinal);
            Assert.DoesNotContain("<script>alert", svg, StringComparison.Ordinal);
        }
    }

    [ToolFact("go", "apt-get install golang-go")]
    public void Pprof_reads_it()
    {
        foreach (var recording in new[] { Read(Plain), Read(Timed) })
        {
            var path = Write(recording, "p.pb.gz").Path;
            var shown = Regex.Matches(Run("go", "tool", "pprof", "-sample_index=calls", "-unit=count", "-nodefraction=0", "-nodecount=100000", "-top", path), @"(?m)^\s*(\d+)count\s.*%\s+(\S+)$|^\s*(\d+)\s.*%\s+(\S+)$")
                .Select(m => (Name: m.Groups[2].Value + m.Groups[4].Value, Calls: long.Parse(m.Groups[1].Value + m.Groups[3].Value))).Where(f => f.Calls > 0).ToDictionary(f => f.Name, f => f.Calls);
            Assert.Equal(Counts(recording), shown);
        }
    }

    [ToolFact("protoc", "apt-get install protobuf-compiler")]
    public void Protoc_reads_it()
    {
        // The fields that are written, copied from Perfetto's definitions.
        File.WriteAllText(At("p.proto"), """
            syntax = "proto2";
            message Trace { repeated TracePacket packet = 1; }
            message TracePacket {
              optional uint64 timestamp = 8; optional uint32 trusted_packet_sequence_id = 10; optional TrackEvent track_event = 11;
              optional InternedData interned_data = 12; optional uint32 sequence_flags = 13; optional TrackDescriptor track_descriptor = 60;
            }
            message InternedData { repeated EventName event_names = 2; }
            message EventName { optional uint64 iid = 1; optional string name = 2; }
            message TrackDescriptor { optional uint64 uuid = 1; optional string name = 2; optional ProcessDescriptor process = 3; optional uint64 parent_uuid = 5; }
            message ProcessDescriptor { optional int32 pid = 1; }
            message TrackEvent {
              enum Type { TYPE_UNSPECIFIED = 0; TYPE_SLICE_BEGIN = 1; TYPE_SLICE_END = 2; TYPE_INSTANT = 3; }
              optional Type type = 9; optional uint64 name_iid = 10; optional uint64 track_uuid = 11; repeated string categories = 22; optional string name = 23;
            }
            """);
        var all = Read(Timed);
        var text = Run("bash", "-c", $"protoc -I{_folder} --decode=Trace p.proto < {Write(all, "p.perfetto-trace").Path}");
        Assert.Equal(all.Calls.Count, Regex.Count(text, "categories: \"call\""));
        Assert.Equal(Regex.Count(text, "TYPE_SLICE_BEGIN"), Regex.Count(text, "TYPE_SLICE_END"));
        // protoc prints a field that the definition does not have by its number.
        Assert.DoesNotMatch(@"(?m)^\s*\d+: ", text);
    }

    private static string Run(string tool, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(tool, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{tool}: {errors.Result}");
        return output.Result;
    }
}

/// <summary>Skips a test if a program is not in PATH.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ToolFactAttribute : FactAttribute
{
    public ToolFactAttribute(string tool, string source)
    {
        if (!Tools.IsInPath(tool)) Skip = $"{tool} is not installed: {source}";
    }
}
