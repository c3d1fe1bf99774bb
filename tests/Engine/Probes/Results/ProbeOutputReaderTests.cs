using System.Diagnostics;
using System.Text;
using System.Text.Json;
using KernelMagnifier.Latency;
using KernelMagnifier.Probes.Manifests;
using KernelMagnifier.Probes.Results;

namespace KernelMagnifier.Engine.Tests.Probes.Results;

/// <summary>The output of bpftrace 0.17 as results, and what is wrong with it.</summary>
public class ProbeOutputReaderTests
{
    public static TheoryData<string> Stored
        => [.. Directory.GetFiles(SharedData.Local("probes"), "*.json").Select(file => Path.GetFileName(file)!).Order()];

    /// <summary>Each object of the output is accounted for: counted here without the reader.</summary>
    [Theory]
    [MemberData(nameof(Stored))]
    public void EachObjectIsAResult(string name) => CheckFile(SharedData.Local(Path.Combine("probes", name)));

    [SharedDataFact]
    public void EachObjectOfAllStoredOutputIsAResult()
    {
        foreach (var file in Directory.GetFiles(SharedData.Shared("bpftrace/out"), "*.json*").Where(f => !f.EndsWith(".err", StringComparison.Ordinal)))
            CheckFile(file.EndsWith(".zst", StringComparison.Ordinal) ? SharedData.Unpacked(file) : file);
    }

    private static void CheckFile(string path)
    {
        var (results, findings) = Read(File.ReadAllBytes(path));
        var (maps, histograms, stats, others, sum) = (0, 0, 0, 0, 0L);
        foreach (var line in File.ReadAllLines(path).Where(line => line.Trim().Length > 0))
        {
            using var json = JsonDocument.Parse(line);
            var type = json.RootElement.GetProperty("type").GetString();
            if (type == "attached_probes") continue;
            if (type is not ("map" or "hist" or "stats"))
            {
                others++;
                continue;
            }
            var value = json.RootElement.GetProperty("data").EnumerateObject().Single().Value;
            JsonElement[] values = value.ValueKind == JsonValueKind.Object && !(type == "stats" && value.TryGetProperty("total", out _))
                ? [.. value.EnumerateObject().Select(entry => entry.Value)] : [value];
            if (type == "map") maps += values.Length;
            else if (type == "stats") stats += values.Length;
            else histograms += values.Length;
            if (type == "hist") sum += values.Sum(one => one.EnumerateArray().Sum(range => range.GetProperty("count").GetInt64()));
        }
        Assert.Equal(maps, results.Count(r => r.Kind == "Map"));
        Assert.Equal(histograms, results.Count(r => r.Kind == "Histogram"));
        Assert.Equal(stats, results.Count(r => r.Kind == "Stats"));
        Assert.Equal(others, results.Count(r => r.Kind is not ("Map" or "Histogram" or "Stats")));
        Assert.Equal(sum, results.Sum(r => r.Kind == "Histogram" ? r.Count!.Value : 0));
        Assert.All(results.Where(r => r.Histogram is not null), r => Assert.Equal(r.Count, r.Histogram!.Sum(range => range.Count)));
        Assert.Equal(0, findings.Unreadable);
    }

    /// <summary>What is printed during a run is not taken for a result that this tool has written.</summary>
    [Fact]
    public void ARunForgesNoResults()
    {
        var line = """{"kind":"Run","fields":{"Outcome":"Completed"}}"""u8;
        var (live, stored) = (new List<ProbeResult>(), new List<ProbeResult>());
        new ProbeOutputReader(null, live.Add, () => DateTimeOffset.UnixEpoch).Line(line);
        new ProbeOutputReader(null, stored.Add).Line(line);
        Assert.Equal("Unknown", Assert.Single(live).Kind);
        Assert.Equal("Run", Assert.Single(stored).Kind);
    }

    /// <summary>Version 0.23 prints the line breaks of stacks as a backslash and an n.</summary>
    [Fact]
    public void StacksOfNewerVersionsAreStacks()
    {
        var manifest = ProbeManifestFile.Read(
            File.ReadAllBytes(Path.Combine(SharedData.RepositoryRoot, "probes/off-cpu/off-cpu.json")), "off-cpu.json");
        var results = new List<ProbeResult>();
        var reader = new ProbeOutputReader(manifest, results.Add);
        foreach (var line in File.ReadAllLines(SharedData.Local("probes/0.23/off-cpu.jsonl"))) reader.Line(Encoding.UTF8.GetBytes(line));
        reader.Finish();
        var sleeping = Assert.Single(results, result => result.Key == "km-sleep");
        Assert.Equal(225_405L, sleeping.Value);
        string[] functions = ["__schedule", "schedule", "do_nanosleep"];
        Assert.Equal(functions, sleeping.Stack!.Take(3));
        Assert.Empty(reader.Findings.Warnings());
    }

    [Fact]
    public void HistogramsOfTimesAreInNanosecondsAndLatencies()
    {
        var manifest = Manifest(new OutputMap { Name = "@usecs", Meaning = "", Unit = "us", Interval = "Wakeup" },
            new OutputMap { Name = "@by_task", Meaning = "", Unit = "us", Keys = [new("task", "text", null)] });
        var (results, findings) = Read(File.ReadAllBytes(SharedData.Local("probes/02-runqlat-hist.json")), manifest);
        var usecs = Assert.Single(results, r => r.Name == "@usecs");
        Assert.Equal(("ns", "Wakeup", 0L), (usecs.Unit, usecs.Interval, usecs.Minimum!.Value % 1000));
        Assert.Equal(usecs.Count, results.Where(r => r.Name == "@by_task").Sum(r => r.Count));
        Assert.All(results.Where(r => r.Name == "@by_task"), r => Assert.Equal(r.Key, r.Keys!["task"]));
        var latency = ResultLatencies.Of(usecs, IntervalKind.Wakeup)!;
        Assert.Equal((usecs.Count, "Ranges", usecs.P99), (latency.Count, latency.Method, latency.P99Nanoseconds));
        Assert.InRange(latency.SumNanoseconds, usecs.Histogram!.Sum(r => r.From * r.Count), usecs.Histogram!.Sum(r => r.Until!.Value * r.Count));
        var twice = Assert.Single(RangedLatency.Merge([latency, latency]));
        Assert.Equal((2 * latency.Count, latency.P50Nanoseconds, latency.P99Nanoseconds), (twice.Count, twice.P50Nanoseconds, twice.P99Nanoseconds));
        Assert.False(findings.HasNoMaps);
    }

    [Fact]
    public void RangesHaveBothEndsAndTheOuterOnesHaveOne()
    {
        var (results, _) = Read("""{"type": "hist", "data": {"@h": [{"max": -1, "count": 2}, {"min": 0, "max": 0, "count": 1}, {"min": 1, "max": 1, "count": 0}, {"min": 2, "count": 3}]}}""");
        var one = Assert.Single(results);
        Assert.Equal([new(long.MinValue, 0, 2), new(0, 1, 1), new(2, null, 3)], one.Histogram!);
        Assert.Equal((6L, null, null, 0L), (one.Count, one.Minimum, one.Maximum, one.P50));
        var latency = RangedLatency.Of(new LatencyRow(IntervalKind.Irq, null, null, null, null, null, null, default, null), one.Histogram!);
        Assert.Equal((4, 2), (latency.Count, latency.Account!["negative"]));
    }

    [Fact]
    public void UnsignedNumbersAndKeysAreAsDeclared()
    {
        var manifest = Manifest(new OutputMap { Name = "@big", Meaning = "", IsUnsigned = true },
            new OutputMap { Name = "@", Meaning = "", Keys = [new("comm", "text", null), new("pid", "integer", null), new("cpu", "integer", null)] },
            new OutputMap { Name = "@state", Meaning = "", Keys = [new("state", "integer", null), new("what", "text", null)] },
            new OutputMap { Name = "@err", Meaning = "", Keys = [new("comm", "text", null), new("id", "text", null), new("ret", "integer", null)] });
        var (results, findings) = Read(File.ReadAllBytes(SharedData.Local("probes/05-multikey.json")), manifest);
        Assert.Equal(ulong.MaxValue, Assert.Single(results, r => r.Name == "@big").Value);
        Assert.Equal(ulong.MaxValue, Assert.Single(results, r => r.Name == "@u").Value);
        Assert.Equal(-5L, Assert.Single(results, r => r.Name == "@neg").Value);
        Assert.Equal([1L, "two", -3L], (object[])Assert.Single(results, r => r.Name == "@tuple").Value!);
        var ping = Assert.Single(results, r => r.Name == "@" && r.Key == "ping,597,1");
        Assert.Equal(["comm", "pid", "cpu"], ping.Keys!.Keys);
        Assert.Equal(["ping", 597L, 1L], ping.Keys.Values);
        Assert.Equal("x,y", results.First(r => r.Name == "@state").Keys!["what"]);
        Assert.Equal(0, findings.AmbiguousKeys);
        Assert.Equal("a \"quoted\" \\ back\tslash", Assert.Single(results, r => r.Name == "@str").Value);
    }

    [Theory]
    [InlineData("a,b,c,1", true)]
    [InlineData("a,b,1", false)]
    [InlineData("a,b,x", null)]
    public void AKeyThatCanBeDividedInSeveralWaysHasNoParts(string key, bool? isAmbiguous)
    {
        var manifest = Manifest(new OutputMap { Name = "@m", Meaning = "", Keys = [new("a", "text", null), new("b", "text", null), new("n", "integer", null)] });
        var (results, findings) = Read("""{"type": "map", "data": {"@m": {"KEY": 1}}}""".Replace("KEY", key, StringComparison.Ordinal), manifest);
        var one = Assert.Single(results);
        Assert.Equal(key, one.Key);
        Assert.Equal(isAmbiguous == false, one.Keys is not null);
        Assert.Equal(isAmbiguous == true ? 1 : 0, findings.AmbiguousKeys);
    }

    [Fact]
    public void StacksAreFunctionsInnermostFirst()
    {
        var manifest = Manifest(new OutputMap { Name = "@kc", Meaning = "", Keys = [new("comm", "text", null), new("stack", "kstack", null)] });
        foreach (var declared in (ProbeManifest?[])[manifest, null])
        {
            var (results, _) = Read(File.ReadAllBytes(SharedData.Local("probes/06-kstack.json")), declared);
            var pong = results.Where(r => r.Name == "@kc" && r.Key == "pong" && r.Value is 917L).ToList();
            Assert.Equal(["__schedule", "schedule", "pipe_read", "vfs_read", "ksys_read", "do_syscall_64", "entry_SYSCALL_64_after_hwframe"],
                Assert.Single(pong).Stack!);
            Assert.Equal("pipe_read+991", pong[0].Frames![2]);
            var edges = ResultStacks.Edges(pong[0]).ToList();
            Assert.Equal((7, "schedule", "__schedule", 917L), (edges.Count, edges[^1].Caller, edges[^1].Callee, edges[^1].Count));
            Assert.Equal(14, results.Count(r => r.Name == "@k" && r.Key is null && r.Stack is { Count: 3 }));
        }
    }

    [Fact]
    public void AStackCannotBeForgedByAName()
    {
        var (results, _) = Read("""{"type": "map", "data": {"@k": {"x,\n    evil+1\n,\n    schedule+90\n": 1}}}""");
        Assert.Null(Assert.Single(results).Stack);
        var manifest = Manifest(new OutputMap { Name = "@k", Meaning = "", Keys = [new("comm", "text", null), new("stack", "kstack", null)] });
        var (declared, findings) = Read("""{"type": "map", "data": {"@k": {"x,\n    evil+1\n,\n    schedule+90\n": 1}}}""", manifest);
        Assert.Null(Assert.Single(declared).Stack);
        Assert.Equal(1, findings.AmbiguousKeys);
    }

    [Fact]
    public void BytesAreMended()
    {
        var (results, _) = Read(File.ReadAllBytes(SharedData.Local("probes/12-hostile.json")));
        var lines = results.Where(r => r.Kind == "Line").Select(r => r.Text).ToList();
        Assert.Contains("exit <größe> 1279", lines);
        Assert.Contains("exit <\\xff\\xfe bad> 1280", lines);
        Assert.Contains("exit <bsl\\n> 1305", lines);
        Assert.DoesNotContain(lines, line => line!.Contains('\uffff', StringComparison.Ordinal));
        Assert.Contains(results, r => r.Name == "@exits" && r.Key == "größe");
    }

    [Theory]
    [InlineData(@"a\uffffffe9b", @"a\xe9b")]
    [InlineData(@"a\\xe9b", @"a\x5cxe9b")]
    [InlineData(@"a\\uffffffe9b", @"a\uffffffe9b")]
    [InlineData(@"\uffffffe2\uffffff82\uffffffac", "€")]
    [InlineData(@"\uffffffe2\uffffff82", @"\xe2\x82")]
    [InlineData(@"\u001b[31m", "\u001b[31m")]
    public void EachEscapeIsMendedByItself(string json, string text)
        => Assert.Equal(text, Assert.Single(Read($$"""{"type": "printf", "data": "{{json}}\n"}""").Results).Text);

    [Fact]
    public void BytesThatAreNotEscapedAreMendedToo()
    {
        byte[] line = [.. """{"type": "printf", "data": "a"""u8, 0xff, .. "ö"u8, .. "\"}\n"u8];
        Assert.Equal(@"a\xffö", Assert.Single(Read(line).Results).Text);
    }

    /// <summary>Each line that is no result stays as text, and nothing throws.</summary>
    [Theory]
    [InlineData("Lost 5 events")]
    [InlineData("{")]
    [InlineData("""{"type": "map", "data": {"@": NaN}}""")]
    [InlineData("""{"type": "new_type", "data": 1}""")]
    [InlineData("""{"type": "hist", "data": {"@": [{"min": 5, "max": 1, "count": 1}]}}""")]
    [InlineData("""{"type": "hist", "data": {"@": [{"min": 1, "max": 5, "count": -1}]}}""")]
    [InlineData("""{"type": "hist", "data": {"@": [{"min": 1, "max": 5, "count": 9223372036854775807}, {"min": 6, "max": 7, "count": 5}]}}""")]
    [InlineData("""{"type": "hist", "data": {"@": [{"min": 1, "max": 5, "count": 1}, {"min": 3, "max": 7, "count": 5}]}}""")]
    [InlineData("""{"type": "lost_events", "data": {"events": -1}}""")]
    [InlineData("""{"type": "printf", "data": "\ud800"}""")]
    [InlineData("""{"type": "map", "data": {"\ud800": 1}}""")]
    [InlineData("""{"type": "map", "data": 1}""")]
    [InlineData("""{"type": 1}""")]
    [InlineData("""{"kind": "Histogram", "count": 5, "histogram": [{"from": 1, "until": 2, "count": 1}]}""")]
    [InlineData("[1]")]
    public void WhatCannotBeReadIsUnknown(string line)
    {
        var (results, findings) = Read(line + "\n" + """{"type": "printf", "data": "next"}""" + "\n");
        Assert.Equal(["Unknown", "Line"], results.Select(r => r.Kind));
        Assert.Equal((1, false), (findings.Unreadable, findings.IsCut));
    }

    [Fact]
    public void DeepNestingIsUnknown()
    {
        var deep = "{\"type\": \"map\", \"data\": {\"@\": " + new string('[', 100_000) + "}}";
        Assert.Equal("Unknown", Assert.Single(Read(deep + "\n").Results).Kind);
    }

    [Fact]
    public void NumbersBeyond64BitsStay()
    {
        var (results, _) = Read("""{"type": "map", "data": {"@": {"a": 18446744073709551615, "b": 1e300, "c": 99999999999999999999999, "a": 2}}}""");
        Assert.Equal([ulong.MaxValue, 1e300, 1e23, 2L], results.Select(r => r.Value));
    }

    [Fact]
    public void TypesOfOtherVersionsAreRead()
    {
        var (results, findings) = Read("""
            Attaching 3 probes...
            {"type": "error", "data": {"msg": "it failed\n"}}
            {"type": "error", "message": "so did this"}
            {"type": "helper_error", "data": {}, "helper": "probe_read", "retcode": -14, "line": 2, "col": 29}
            {"type": "map", "data": {"@": {"[1,\"two\"]": {"nested": [1]}}}}
            {"type": "stats", "data": {"@s": {"k": {"count": 2, "average": 2.5, "total": 5}}}}
            {"type": "lost_events", "data": {"events": 7}}
            """ + "\n", Manifest(new OutputMap { Name = "@", Meaning = "", Keys = [new("n", "integer", null), new("t", "text", null)] }));
        Assert.Equal(["Error", "Error", "HelperError", "Map", "Stats", "Lost"], results.Select(r => r.Kind));
        Assert.Equal(["it failed", "so did this", "line 2, column 29: probe_read returned -14"], results.Take(3).Select(r => r.Text));
        Assert.Equal(["two"], results[3].Keys!.Values.OfType<string>());
        Assert.Equal((2L, 2.5, 5L), (results[4].Count, results[4].Mean, results[4].Total));
        Assert.Equal((7, 1, 0), (findings.Lost, findings.HelperErrors, findings.Unreadable));
    }

    [Fact]
    public void ACutEndIsSaid()
    {
        var (results, findings) = Read("""{"type": "printf", "data": "a"}""" + "\n" + """{"type": "map", "da""", Manifest(new OutputMap { Name = "@", Meaning = "" }));
        Assert.Equal(["Line", "Unknown"], results.Select(r => r.Kind));
        Assert.True(findings is { IsCut: true, HasNoMaps: true });
        Assert.Equal(3, findings.Warnings().Count());
        Assert.True(Read(File.ReadAllBytes(SharedData.Local("probes/end-sigKILL.json")), Manifest(new OutputMap { Name = "@switches", Meaning = "" })).Findings.HasNoMaps);
    }

    [Fact]
    public void EntriesBeyondTheLimitAreCounted()
    {
        var map = new StringBuilder("{\"type\": \"map\", \"data\": {\"@\": {");
        for (var i = 0; i < 131_082; i++) map.Append(i == 0 ? "" : ", ").Append('"').Append(i).Append("\": 1");
        var (results, findings) = Read(map.Append("}}}\n").ToString());
        Assert.Equal((131_072, 10), (results.Count, findings.LeftOut));
    }

    [Fact]
    public void LinesThatComeInPiecesAreTheSame()
    {
        var bytes = File.ReadAllBytes(SharedData.Local("probes/12-hostile.json"));
        var whole = Read(bytes).Results.Select(r => r.ToString()).ToList();
        for (var size = 1; size < 300; size += 37)
        {
            var results = new List<ProbeResult>();
            var (reader, lines) = (new ProbeOutputReader(null, results.Add), new OutputLines());
            foreach (var piece in bytes.Chunk(size)) lines.Add(piece, reader);
            lines.Finish(reader);
            Assert.Equal(whole, results.Select(r => r.ToString()));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(100)]
    public void TheMarkOfUtf8IsSkippedOnlyAtTheBeginning(int size)
    {
        var results = new List<ProbeResult>();
        var (reader, lines) = (new ProbeOutputReader(null, results.Add), new OutputLines());
        const string Text = "\uFEFF{\"type\": \"printf\", \"data\": \"a\"}\n";
        foreach (var piece in Encoding.UTF8.GetBytes(Text + Text).Chunk(size)) lines.Add(piece, reader);
        lines.Finish(reader);
        Assert.Equal(["Line", "Unknown"], results.Select(r => r.Kind));
    }

    [Fact]
    public void ALineBeyondTheLimitIsCut()
    {
        var results = new List<ProbeResult>();
        var (reader, lines) = (new ProbeOutputReader(null, results.Add), new OutputLines(longest: 100));
        lines.Add(Encoding.UTF8.GetBytes(new string('x', 60)), reader);
        lines.Add(Encoding.UTF8.GetBytes(new string('x', 60)), reader);
        lines.Add("rest\n{\"type\": \"printf\", \"data\": \"a\"}\n"u8, reader);
        Assert.Equal(["Unknown", "Line"], results.Select(r => r.Kind));
        Assert.Equal(100, results[0].Text!.Length);
    }

    [Fact]
    public void OnlyTheLastPrintOfARunCounts()
    {
        var line = """{"type": "hist", "data": {"@h": [{"min": 1, "max": 1, "count": COUNT}]}}""" + "\n";
        string Print(int count) => line.Replace("COUNT", $"{count}", StringComparison.Ordinal);
        var first = Read(Print(1) + Print(3)).Results;
        var second = Read(Print(5)).Results;
        Assert.Equal([1, 2], first.Select(r => r.Print));
        Assert.Equal([3L, 5L], ResultLatencies.LastPrints([.. first, .. second], out var replaced).Select(r => r.Count));
        Assert.Equal(1, replaced);
    }

    [Fact]
    public void StoredResultsComeBack()
    {
        foreach (var name in (string[])["02-runqlat-hist", "04-stats", "05-multikey", "06-kstack", "07-printf", "12-hostile"])
        {
            var results = Read(File.ReadAllBytes(SharedData.Local($"probes/{name}.json"))).Results;
            var lines = string.Join('\n', results.Select(Json)) + "\n";
            Assert.Equal(results.Select(Json), Read(lines).Results.Select(Json));
        }
    }

    private static string Json(ProbeResult result)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream)) ProbeResultJson.Write(json, result);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    internal static ProbeManifest Manifest(params OutputMap[] maps)
        => new() { Name = "p", Version = "1.0.0", Title = "", Owner = "", Purpose = "", Reading = "", Maps = maps };

    internal static (List<ProbeResult> Results, OutputFindings Findings) Read(string text, ProbeManifest? manifest = null)
        => Read(Encoding.UTF8.GetBytes(text), manifest);

    internal static (List<ProbeResult> Results, OutputFindings Findings) Read(byte[] bytes, ProbeManifest? manifest = null)
    {
        var results = new List<ProbeResult>();
        var (reader, lines) = (new ProbeOutputReader(manifest, results.Add), new OutputLines());
        lines.Add(bytes, reader);
        lines.Finish(reader);
        reader.Finish();
        Debug.Assert(results.TrueForAll(r => r.ToString().Length > 0));
        return (results, reader.Findings);
    }
}
