using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using KernelMagnifier.Symbols;

namespace KernelMagnifier.Cli.Tests;

/// <summary>The commands on two real recordings, checked against the lines of the recordings.</summary>
public partial class ReadingTests
{
    // The numbers that the Python kernel-magnifier (78f032e) prints for km-small: calls, lost events, edges, called functions.
    private const long SmallEvents = 47_748, SmallLost = 2_197_330;
    private const int SmallEdges = 2_350, SmallFunctions = 1_377;

    [GeneratedRegex(@"^\s*(?<comm>.*)-(?<pid>\d+)\s+\[(?<cpu>\d+)\]\s+(?<flags>\S+)\s+(?<time>[\d.]+): (?<function>\S+)(?: \[(?<module>\S+)\])? <-(?<caller>\S+)")]
    private static partial Regex Line();

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);

    /// <summary>Parses the calls of a recording line by line with a regular expression.</summary>
    private static List<Match> Plain(string recording)
    {
        var path = SharedData.Unpacked(recording);
        var lines = File.ReadLines(path).Select(l => Line().Match(l)).Where(m => m.Success).ToList();
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
        return lines;
    }

    [Fact]
    public void InfoAsJson()
    {
        using var json = JsonDocument.Parse(Tool.Run("info", Tool.Small, "--json").Succeeds().Out);
        var info = json.RootElement;
        Assert.Equal(SmallEvents, info.GetProperty("calls").GetInt64());
        Assert.Equal(SmallLost, info.GetProperty("lostEvents").GetInt64());
        Assert.Equal(2, info.GetProperty("cpus").GetInt32());
        Assert.Equal("ftrace text", info.GetProperty("format").GetString());
        Assert.Equal("5", info.GetProperty("firstTimestamp").GetRawText());
        Assert.Equal("2261857", info.GetProperty("lastTimestamp").GetRawText());
        Assert.Equal(SmallFunctions, info.GetProperty("functions").GetInt32());
        Assert.Equal(SmallEdges, info.GetProperty("edges").GetInt32());
        Assert.Equal(SmallEvents, info.GetProperty("perCpu").EnumerateArray().Sum(c => c.GetProperty("calls").GetInt64()));
    }

    [Fact]
    public void InfoOfSeveralRecordingsIsAnArrayOrLines()
    {
        using var array = JsonDocument.Parse(Tool.Run("info", Tool.Small, Tool.Echo, "--json").Succeeds().Out);
        Assert.Equal(2, array.RootElement.GetArrayLength());
        var lines = Tool.Run("info", Tool.Small, Tool.Echo, "--format", "jsonl").Succeeds().Lines;
        Assert.Equal(2, lines.Length);
        Assert.All(lines, l => JsonDocument.Parse(l).Dispose());
    }

    [Fact]
    public void InfoCountsTheSelectedCalls()
    {
        using var json = JsonDocument.Parse(Tool.Run("info", Tool.Echo, "--function", "tcp_*", "--json").Succeeds().Out);
        var plain = Plain(Tool.Echo);
        Assert.Equal(plain.Count, json.RootElement.GetProperty("calls").GetInt32());
        Assert.Equal(
            plain.Count(m => m.Groups["function"].Value.StartsWith("tcp_", StringComparison.Ordinal)),
            json.RootElement.GetProperty("selectedCalls").GetInt32());
    }

    [Fact]
    public void InfoAsTableAndCsv()
    {
        Assert.StartsWith(
            Tool.Small + "\n  Format              ftrace text\n  Compression         zstd\n", Tool.Run("info", Tool.Small).Succeeds().Out,
            StringComparison.Ordinal);
        var csv = Tool.Run("info", Tool.Small, "--csv").Succeeds().Csv();
        Assert.Equal(("47748", "2197330", "ftrace text"), (csv[0]["calls"], csv[0]["lostEvents"], csv[0]["format"]));
    }

    [Fact]
    public void EdgesEqualThoseOfTheLines()
    {
        var edges = Tool.Run("edges", Tool.Small, "--csv").Succeeds();
        Assert.StartsWith("caller,callee,count,", edges.Out, StringComparison.Ordinal);
        var ours = edges.Csv().Select(r => (r["caller"], r["callee"], Number(r["count"]))).Order();
        var theirs = Plain(Tool.Small).GroupBy(m => (m.Groups["caller"].Value, m.Groups["function"].Value)).Select(g => (g.Key.Item1, g.Key.Item2, (long)g.Count())).Order();
        Assert.Equal(theirs, ours);
        Assert.Equal((SmallEdges, SmallEvents), (ours.Count(), ours.Sum(e => e.Item3)));
    }

    [SharedDataTheory]
    [InlineData("km-small")]
    [InlineData("km-idle")]
    public void EdgesEqualThoseOfThePythonTool(string name)
    {
        // The edges that the Python kernel-magnifier parsed are stored with the recordings.
        var theirs = File.ReadLines(SharedData.Shared($"expected/{name}.edges.csv")).Select(l => l.Trim().Split(','))
            .Where(f => f.Length >= 3 && long.TryParse(f[2], out _))
            .Select(f => (f[0], f[1], Number(f[2]))).Order();
        var ours = Tool.Run("edges", SharedData.Shared($"python-tool/{name}.data.zst"), "--csv").Succeeds().Csv()
            .Select(r => (r["caller"], r["callee"], Number(r["count"]))).Order();
        Assert.Equal(theirs, ours);
    }

    [Fact]
    public void CallsByFunctionAreSortedByCount()
    {
        var calls = Tool.Run("calls", Tool.Small, "--csv").Succeeds();
        Assert.StartsWith("function,calls,", calls.Out, StringComparison.Ordinal);
        var counts = calls.Csv().Select(r => Number(r["calls"])).ToList();
        Assert.Equal(counts.OrderDescending(), counts);
        Assert.Equal(SmallEvents, counts.Sum());
    }

    [Theory]
    [InlineData("caller", "caller", "caller,calls,")]
    [InlineData("cpu", "cpu", "cpu,calls,")]
    [InlineData("task", "comm,processId", "comm,processId,calls,")]
    [InlineData("function,cpu", "function,cpu", "function,cpu,calls,")]
    public void CallsByOtherGroupings(string by, string keys, string header)
    {
        var calls = Tool.Run("calls", Tool.Echo, "--by", by, "--csv").Succeeds();
        Assert.StartsWith(header, calls.Out, StringComparison.Ordinal);
        var columns = keys.Split(',');
        var ours = calls.Csv().Select(r => $"{string.Join('|', columns.Select(c => r[c]))}={r["calls"]}").Order();
        string Key(Match m)
            => string.Join('|', columns.Select(c => c == "cpu" ? m.Groups[c].Value.TrimStart('0').PadLeft(1, '0') : m.Groups[c == "processId" ? "pid" : c].Value));
        var theirs = Plain(Tool.Echo).GroupBy(Key)
            .Select(g => $"{g.Key}={g.Count()}").Order();
        Assert.Equal(theirs, ours);
    }

    [Fact]
    public void CallsByContextFollowTheFlags()
    {
        var ours = Tool.Run("calls", Tool.Echo, "--by", "context", "--csv").Succeeds().Csv().ToDictionary(
            r => r["context"], r => int.Parse(r["calls"], CultureInfo.InvariantCulture));
        var theirs = Plain(Tool.Echo).GroupBy(m => m.Groups["flags"].Value[2] switch { 's' => "SoftIrq", 'h' or 'H' => "HardIrq", 'z' or 'Z' => "Nmi", _ => "Task" })
            .ToDictionary(g => g.Key, g => g.Count());
        Assert.Equal(theirs.OrderBy(c => c.Key), ours.OrderBy(c => c.Key));
    }

    [Fact]
    public void EventsEqualTheLinesInOrderWithEveryDigit()
    {
        var events = Tool.Run("events", Tool.Echo, "--csv").Succeeds();
        Assert.StartsWith(
            "timestamp,cpu,processId,threadGroupId,comm,context,function,module,caller,callerModule,callerSourceFile,callerSourceLine,sourceFile,sourceLine,duration,selfDuration,depth,wallTime,nesting,recording\r\n",
            events.Out, StringComparison.Ordinal);
        var ours = events.Csv().Select(r => $"{r["timestamp"]} {r["cpu"]} {r["comm"]}-{r["processId"]} {r["function"]} {r["caller"]}");
        var theirs = Plain(Tool.Echo).Select(m =>
            $"{m.Groups["time"].Value} {int.Parse(m.Groups["cpu"].Value, CultureInfo.InvariantCulture)} {m.Groups["comm"].Value}-{m.Groups["pid"].Value} {m.Groups["function"].Value} {m.Groups["caller"].Value}");
        Assert.Equal(theirs, ours);
    }

    [Fact]
    public void AllFormatsOfEventsHaveTheSameContent()
    {
        var csv = Tool.Run("events", Tool.Echo, "--symbol-map", Tool.Map, "--csv").Succeeds().Csv();
        using var json = JsonDocument.Parse(Tool.Run("events", Tool.Echo, "--symbol-map", Tool.Map, "--json").Succeeds().Out);
        var lines = Tool.Run("events", Tool.Echo, "--symbol-map", Tool.Map, "--format", "jsonl").Succeeds().Lines;
        static Dictionary<string, string> Flat(JsonElement row) => row.EnumerateObject().ToDictionary(p => p.Name, p => p.Value.ValueKind switch
        {
            JsonValueKind.Null => "",
            JsonValueKind.String => p.Value.GetString()!,
            _ => p.Value.GetRawText(),
        });
        Assert.Equal(csv, json.RootElement.EnumerateArray().Select(Flat));
        Assert.Equal(csv, lines.Select(l =>
        {
            using var one = JsonDocument.Parse(l);
            return Flat(one.RootElement);
        }));
        Assert.Contains(csv, r => r["sourceFile"] == "net/ipv4/tcp.c");
        // A table has a heading of two lines, then a line for each call.
        Assert.Equal(csv.Count + 2, Tool.Run("events", Tool.Echo).Succeeds().Lines.Length);
    }

    [Theory]
    [InlineData("calls")]
    [InlineData("edges")]
    public void AllFormatsOfCountsHaveTheSameContent(string command)
    {
        var csv = Tool.Run(command, Tool.Echo, "--symbol-map", Tool.Map, "--csv").Succeeds().Csv();
        foreach (var form in new[] { "json", "jsonl" })
        {
            var text = Tool.Run(command, Tool.Echo, "--symbol-map", Tool.Map, "--format", form).Succeeds();
            using var json = JsonDocument.Parse(form == "json" ? text.Out : $"[{string.Join(',', text.Lines)}]");
            Assert.Equal(csv, json.RootElement.EnumerateArray().Select(e => e.EnumerateObject().ToDictionary(
                p => p.Name, p => p.Value.ValueKind == JsonValueKind.Null ? "" : p.Value.ValueKind == JsonValueKind.String ? p.Value.GetString()! : p.Value.GetRawText())));
        }
        Assert.Equal(csv.Count + 2, Tool.Run(command, Tool.Echo).Succeeds().Lines.Length);
    }

    [Fact]
    public void StandardInputIsRead()
    {
        using var file = File.OpenRead(Tool.Small);
        Assert.Equal(Tool.Run("edges", Tool.Small, "--csv").Out.Replace(Tool.Small, "'-", StringComparison.Ordinal), Tool.RunWith(file, false, "edges", "-", "--csv").Succeeds().Out);
        Assert.Equal(
            Tool.Run("calls", Tool.Small, "--min-count", "50", "--csv").Out,
            Tool.Bash($"cat '{Tool.Small}' | kernel-magnifier calls - --min-count 50 --csv").Succeeds().Out);
    }

    [Fact]
    public void CountsOfSeveralRecordingsAreSummed()
    {
        var twice = Tool.Run("edges", Tool.Echo, Tool.Echo, "--csv").Succeeds().Csv();
        var once = Tool.Run("edges", Tool.Echo, "--csv").Succeeds().Csv();
        Assert.Equal(once.Select(r => 2 * Number(r["count"])), twice.Select(r => Number(r["count"])));
        Assert.Equal(2 * once.Sum(r => Number(r["count"])), Tool.Run("events", Tool.Echo, Tool.Echo, "--csv").Csv().Count);
    }

    [Fact]
    public void AMinimumCountAppliesToEachRecording()
    {
        var once = Tool.Run("edges", Tool.Echo, "--csv").Succeeds().Csv();
        var expected = once.Where(r => Number(r["count"]) >= 10).Sum(r => 2 * Number(r["count"]));
        string[] args = [Tool.Echo, Tool.Echo, "--min-count", "10", "--csv"];
        Assert.Equal(expected, Tool.Run(["edges", .. args]).Succeeds().Csv().Sum(r => Number(r["count"])));
        Assert.Equal(expected, Tool.Run(["calls", .. args]).Succeeds().Csv().Sum(r => Number(r["calls"])));
        Assert.Equal(expected, Tool.Run(["calls", "--by", "task", .. args]).Succeeds().Csv().Sum(r => Number(r["calls"])));
        Assert.Equal(expected, Tool.Run(["events", .. args]).Succeeds().Csv().Count);
    }

    [Fact]
    public void WildcardsAreExpanded()
    {
        using var folder = Tool.Folder();
        File.Copy(Tool.Echo, folder["a.trace"]);
        File.Copy(Tool.Echo, folder["b.trace"]);
        Assert.Equal(
            Tool.Run("edges", Tool.Echo, Tool.Echo, "--csv").Out.Replace(Tool.Echo, "", StringComparison.Ordinal), Tool.Run("edges", folder["*.trace"], "--csv").Succeeds().Out);
        var none = Tool.Run("edges", folder["*.dat"]);
        Assert.Equal(ExitCode.BadInput, none.Exit);
        Assert.Contains("no file matches", none.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void TopAndSort()
    {
        var all = Tool.Run("calls", Tool.Echo, "--sort", "function", "--csv").Succeeds().Csv().ConvertAll(r => r["function"]);
        Assert.Equal(all.Order(StringComparer.Ordinal), all);
        var top = Tool.Run("calls", Tool.Echo, "--sort", "calls:asc,function:desc", "--top", "3", "--csv").Succeeds();
        Assert.Equal(3, top.Csv().Count);
        Assert.All(top.Csv(), r => Assert.Equal("1", r["calls"]));
        Assert.Contains($"3 of {all.Count} rows", top.Error, StringComparison.Ordinal);
        Assert.Equal(7, Tool.Run("events", Tool.Echo, "--top", "7", "--csv").Succeeds().Csv().Count);
        Assert.Equal(ExitCode.Usage, Tool.Run("calls", Tool.Echo, "--sort", "name").Exit);
        Assert.Equal(ExitCode.Usage, Tool.Run("calls", Tool.Echo, "--sort", "calls:up").Exit);
    }

    [Fact]
    public void LostEventsAreReportedOnStandardError()
    {
        var outcome = Tool.Run("calls", Tool.Small);
        Assert.Contains(
            "2,197,330 events were lost while recording (97.87 % of all events)", outcome.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("lost", outcome.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void AnEmptySelectionIsReported()
    {
        var outcome = Tool.Run("edges", Tool.Echo, "--function", "no_such_function", "--csv").Succeeds();
        Assert.Single(outcome.Lines);
        Assert.Contains("no call passes the filter", outcome.Error, StringComparison.Ordinal);
        Assert.Equal("[]\n", Tool.Run("events", Tool.Echo, "--function", "no_such_function", "--json").Succeeds().Out);
    }

    [Theory]
    [InlineData("calls")]
    [InlineData("edges")]
    [InlineData("events")]
    public void AnEmptyResultFailsOnRequest(string command)
    {
        var outcome = Tool.Run(command, Tool.Echo, "--function", "TCP_sendmsg", "--fail-if-empty");
        Assert.Equal(ExitCode.BadInput, outcome.Exit);
        Assert.Contains("--function TCP_sendmsg: no function of the recording has this name. Did you mean tcp_sendmsg?",
            outcome.Error, StringComparison.Ordinal);
        Tool.Run(command, Tool.Echo, "--function", "tcp_sendmsg", "--fail-if-empty").Succeeds();
    }

    /// <summary>Losses known before the end are said, because the end of the recording is not read.</summary>
    [Fact]
    public void AReadingThatStopsEarlyReportsTheLossesSoFar()
    {
        var outcome = Tool.Run("events", Tool.Small, "--top", "1").Succeeds();
        Assert.Matches("at least [0-9,]+ events were lost while recording", outcome.Error);
        Assert.Single(outcome.Error.TrimEnd('\n').Split('\n'));
    }

    /// <summary>A text is one top-level buffer, whose name is empty.</summary>
    [Fact]
    public void AnEmptyInstanceIsTheTopLevelBuffer()
        => Assert.Equal(Tool.Run("edges", Tool.Echo, "--csv").Out, Tool.Run("edges", Tool.Echo, "--csv", "--instance", "").Succeeds().Out);

    [Fact]
    public void AMistypedFileHasASuggestion()
    {
        var mistyped = Tool.Echo[..^1];
        Assert.Contains($"Did you mean {Path.GetFileName(Tool.Echo)}?", Tool.Run("calls", mistyped).Error, StringComparison.Ordinal);
        Assert.Contains($"Did you mean {Path.GetFileName(Tool.Echo)}?",
            Tool.Run("calls", mistyped + "?x*").Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--function", "tcp_*")]
    [InlineData("--function", "tcp_*,sock_*", "--function", "ip_queue_xmit")]
    [InlineData("--caller", "tcp_write_xmit")]
    [InlineData("--cpu", "1")]
    [InlineData("--cpu", "0-1")]
    [InlineData("--exclude-cpu", "0")]
    [InlineData("--context", "softirq")]
    [InlineData("--context", "SoftIrq,hardirq")]
    [InlineData("--exclude-context", "task")]
    [InlineData("--exclude-function", "*lock*,*rcu*")]
    [InlineData("--exclude-caller", "_raw*")]
    [InlineData("--module", "kernel")]
    [InlineData("--exclude-module", "kernel")]
    [InlineData("--source-path", "net/")]
    [InlineData("--source-path", "/net/ipv4/tcp.c")]
    [InlineData("--source-path", "net/", "--strict")]
    [InlineData("--source-path", "net/ipv4/tcp*.c,net/core/sock.c")]
    [InlineData("--exclude-source-path", "kernel/")]
    [InlineData("--min-count", "20")]
    [InlineData("--function", "[st]*", "--cpu", "0", "--exclude-context", "hardirq")]
    public void AFilterSelectsTheSameCallsAsAPlainLoop(params string[] filter)
    {
        var all = Tool.Run("events", Tool.Echo, "--symbol-map", Tool.Map, "--csv").Succeeds().Csv();
        var sources = new Dictionary<string, string>();
        foreach (var row in all) sources[row["function"]] = row["sourceFile"];
        var edges = all.GroupBy(Edge).ToDictionary(g => g.Key, g => g.Count());
        var expected = all.Where(Passes).Select(r => string.Join('|', r.Values)).ToList();
        Assert.NotEqual(0, expected.Count + (filter[1] == "kernel" ? 1 : 0));

        string[] args = [Tool.Echo, "--symbol-map", Tool.Map, .. filter, "--csv"];
        Assert.Equal(expected, Tool.Run(["events", .. args]).Succeeds().Csv().Select(r => string.Join('|', r.Values)));
        Assert.Equal(
            all.Where(Passes).GroupBy(Edge).Select(g => $"{g.Key}={g.Count()}").Order(),
            Tool.Run(["edges", .. args]).Succeeds().Csv().Select(r => $"{(r["caller"], r["callee"])}={r["count"]}").Order());
        Assert.Equal(
            expected.Count,
            Tool.Run(["calls", .. args]).Succeeds().Csv().Sum(r => int.Parse(r["calls"], CultureInfo.InvariantCulture)));
        Assert.Equal(
            expected.Count,
            Tool.Run(["calls", "--by", "cpu,context", .. args]).Succeeds().Csv().Sum(r => int.Parse(r["calls"], CultureInfo.InvariantCulture)));

        static (string, string) Edge(Dictionary<string, string> r) => (r["caller"], r["function"]);

        // The events contain the source of the called function. The source of an outermost caller comes from the symbol map.
        string Source(string function) => sources.TryGetValue(function, out var file) ? file : MapOf(function);

        bool Passes(Dictionary<string, string> r)
        {
            var passes = true;
            var strict = filter.Contains("--strict");
            foreach (var group in filter.Select((word, i) => (word, i)).Where(w => w.word.StartsWith("--", StringComparison.Ordinal) && w.word != "--strict").GroupBy(w => w.word))
            {
                var values = group.SelectMany(w => filter[w.i + 1].Split(',')).ToList();
                bool Like(string text) => values.Exists(v => Regex.IsMatch(
                    text,
                    $"^{Regex.Escape(v).Replace("\\*", ".*", StringComparison.Ordinal).Replace("\\[", "[", StringComparison.Ordinal)}$"));
                bool In(string file) => file.Split(" | ").Any(f => f.Length > 0 && values.Exists(v => v.Contains('*')
                    ? Regex.IsMatch(f, $"^{Regex.Escape(v).Replace("\\*", ".*", StringComparison.Ordinal)}$")
                    : $"/{f}".Contains(v, StringComparison.Ordinal)));
                passes &= group.Key switch
                {
                    "--function" => Like(r["function"]),
                    "--caller" => Like(r["caller"]),
                    "--exclude-function" => !Like(r["function"]),
                    "--exclude-caller" => !Like(r["caller"]),
                    "--cpu" => values.SelectMany(v => v.Split('-')).Contains(r["cpu"]),
                    "--exclude-cpu" => !values.Contains(r["cpu"]),
                    "--context" => values.Contains(r["context"], StringComparer.OrdinalIgnoreCase),
                    "--exclude-context" => !values.Contains(r["context"], StringComparer.OrdinalIgnoreCase),
                    "--module" => r["module"].Length == 0,
                    "--exclude-module" => r["module"].Length > 0,
                    "--source-path" => strict ? In(Source(r["function"])) && In(Source(r["caller"])) : In(Source(r["function"])) || In(Source(r["caller"])),
                    "--exclude-source-path" => !In(Source(r["function"])),
                    "--min-count" => edges[Edge(r)] >= int.Parse(values[0], CultureInfo.InvariantCulture),
                    var unknown => throw new InvalidOperationException(unknown),
                };
            }
            return passes;
        }
    }

    private static readonly Lazy<SymbolMap> Symbols = new(() => SymbolMap.Load(Tool.Map));

    private static string MapOf(string function)
        => string.Join(" | ", Symbols.Value.Resolve(function, null, null).Select(p => p.File).Distinct());

    [Fact]
    public void TasksByPidAndByName()
    {
        var tasks = Tool.Run("calls", Tool.Echo, "--by", "task", "--csv").Succeeds().Csv();
        var some = tasks[0];
        Assert.Equal(
            some["calls"],
            Tool.Run("events", Tool.Echo, "--pid", some["processId"], "--comm", some["comm"], "--csv").Csv().Count.ToString(CultureInfo.InvariantCulture));
        var others = tasks.Where(t => t["comm"] != some["comm"]).Sum(t => int.Parse(t["calls"], CultureInfo.InvariantCulture));
        Assert.Equal(others, Tool.Run("events", Tool.Echo, "--exclude-comm", some["comm"], "--csv").Csv().Count);
        var otherPids = tasks.Where(t => t["processId"] != some["processId"]).Sum(t => int.Parse(t["calls"], CultureInfo.InvariantCulture));
        Assert.Equal(otherPids, Tool.Run("events", Tool.Echo, "--exclude-pid", some["processId"], "--csv").Csv().Count);
    }

    [Fact]
    public void SinceAndUntilAreInclusive()
    {
        var all = Tool.Run("events", Tool.Echo, "--csv").Succeeds().Csv().ConvertAll(r => r["timestamp"]);
        var (since, until) = (all[all.Count / 4], all[all.Count / 2]);
        var (low, high) = (
            decimal.Parse(since, CultureInfo.InvariantCulture), decimal.Parse(until, CultureInfo.InvariantCulture));
        Assert.Equal(
            all.Where(t => decimal.Parse(t, CultureInfo.InvariantCulture) is var d && d >= low && d <= high),
            Tool.Run("events", Tool.Echo, "--since", since, "--until", until, "--csv").Succeeds().Csv().Select(r => r["timestamp"]));
    }

    [Fact]
    public void ARootSelectsTheReachableEdges()
    {
        var all = Tool.Run("edges", Tool.Echo, "--csv").Succeeds().Csv().ConvertAll(r => (From: r["caller"], To: r["callee"]));
        var reached = new HashSet<string> { "tcp_sendmsg" };
        for (var before = 0; before != reached.Count;)
        {
            before = reached.Count;
            foreach (var (from, to) in all)
                if (reached.Contains(from)) reached.Add(to);
        }
        Assert.True(reached.Count > 10, "tcp_sendmsg calls something");
        Assert.Equal(
            all.Where(e => reached.Contains(e.From)).Order(),
            Tool.Run("edges", Tool.Echo, "--root", "tcp_sendmsg", "--csv").Succeeds().Csv().Select(r => (r["caller"], r["callee"])).Order());
        Assert.All(
            Tool.Run("edges", Tool.Echo, "--root", "tcp_sendmsg", "--depth", "1", "--csv").Succeeds().Csv(),
            r => Assert.Equal("tcp_sendmsg", r["caller"]));
    }
}
