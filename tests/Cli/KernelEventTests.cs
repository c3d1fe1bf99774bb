using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace KernelMagnifier.Cli.Tests;

/// <summary>The listing of kernel events: <c>events --event</c>.</summary>
public class KernelEventTests
{
    // What trace-cmd report lists of this recording: 38 events and 2857 calls.
    private const int Events = 38, Calls = 2857;

    private static readonly string Mix = SharedData.Local("trace-dat/mix-plain.dat");

    private static readonly string[] Keys =
    [
        "timestamp", "wallTime", "cpu", "processId", "threadGroupId", "comm", "context", "system", "name", "message", "fields", "stack",
        "recording",
    ];

    /// <summary>Texts of at most 16 bytes that a field can have.</summary>
    public static TheoryData<string> HostileTexts =>
    [
        "\x1b[31mred\n", "a\nb\r\nc", "=1+2,\"x\"", "</script>", "a,b\"c\";=1+2", "\u202Eevil", "\x9b31m", "x\u2028y\a", "'=1", "t\t@x", "\\x1b[0m",
    ];

    [Fact]
    public void JsonHasTheseKeysAndRawValues()
    {
        var rows = Json("--json");
        Assert.Equal(Events, rows.Length);
        Assert.All(rows, row => Assert.Equal(Keys, row.EnumerateObject().Select(p => p.Name)));
        var change = rows.First(row => row.GetProperty("name").GetString() == "sched_switch");
        Assert.Equal("298.000152714", change.GetProperty("timestamp").GetRawText());
        Assert.Equal("sched", change.GetProperty("system").GetString());
        Assert.Equal(
            "prev_comm=swapper/1 prev_pid=0 prev_prio=120 prev_state=R ==> next_comm=trace-cmd next_pid=1676 next_prio=120",
            change.GetProperty("message").GetString());
        Assert.Equal(
            """{"prev_comm":"swapper/1","prev_pid":0,"prev_prio":120,"prev_state":0,"next_comm":"trace-cmd","next_pid":1676,"next_prio":120}""",
            change.GetProperty("fields").GetRawText());
        Assert.Equal(JsonValueKind.Null, change.GetProperty("stack").ValueKind);
        Assert.Equal(Mix, change.GetProperty("recording").GetString());
        var lines = Run("--format", "jsonl").Lines;
        Assert.Equal(rows.Select(row => row.GetRawText()), lines);
    }

    [Fact]
    public void CsvHasTheKeysOfJsonAsColumns()
    {
        var csv = Run("--csv");
        Assert.StartsWith(string.Join(',', Keys) + "\r\n", csv.Out, StringComparison.Ordinal);
        var (rows, json) = (csv.Csv(), Json("--json"));
        Assert.Equal(Events, rows.Count);
        for (var i = 0; i < Events; i++)
            foreach (var key in Keys.Except(["fields"]))
                Assert.Equal(json[i].GetProperty(key).ToString(), rows[i][key]);
        Assert.Equal(
            "prev_comm=swapper/1 prev_pid=0 prev_prio=120 prev_state=0 next_comm=trace-cmd next_pid=1676 next_prio=120",
            rows.First(row => row["name"] == "sched_switch")["fields"]);
    }

    [Fact]
    public void TextHasTheLinesOfTraceCmd()
    {
        var lines = Run().Lines;
        Assert.Equal(Events, lines.Length);
        Assert.Equal("          <idle>-0     [001]   298.000075599: sched_wakeup:         comm=trace-cmd pid=1676 prio=120 target_cpu=001", lines[0]);
        // A name as long as the column is followed by a space.
        Assert.All(lines, line => Assert.Matches(@"^ *\S+-\d+ +\[00[01]\] +298\.\d{9}: \w+: +\S", line));
        Assert.Contains(lines, line => line.EndsWith(": sys_exit_newfstatat:  0x0", StringComparison.Ordinal));
    }

    [Fact]
    public void CallsAreListedInTimeOrder()
    {
        var rows = Json("--with-call", "--json");
        Assert.Equal(Events + Calls, rows.Length);
        Assert.Equal(Calls, rows.Count(row => row.TryGetProperty("function", out _)));
        var times = rows.Select(row => row.GetProperty("timestamp").GetDouble()).ToList();
        Assert.Equal(times.Order(), times);
        Assert.Equal(Events + Calls, Run("--with-call", "--csv").Csv().Count);
        Assert.Equal(Events + Calls, Run("--with-call").Lines.Length);
        // The calls are those of the other listing.
        using var calls = JsonDocument.Parse(Tool.Run("events", Mix, "--json").Succeeds().Out);
        Assert.Equal(
            calls.RootElement.EnumerateArray().Select(row => $"{row.GetProperty("timestamp")} {row.GetProperty("function")}"),
            rows.Where(row => row.TryGetProperty("function", out _)).Select(row => $"{row.GetProperty("timestamp")} {row.GetProperty("function")}"));
    }

    [Theory]
    [InlineData("--cpu 1", "cpu", "^1$")]
    [InlineData("--exclude-cpu 1", "cpu", "^0$")]
    [InlineData("--pid 1675", "processId", "^1675$")]
    [InlineData("--comm trace-cmd", "comm", "^trace-cmd$")]
    [InlineData("--context softirq", "context", "^SoftIrq$")]
    [InlineData("--since 298.002", "timestamp", @"^298\.00[2-9]")]
    [InlineData("--until 298.002", "timestamp", @"^298\.00[01]")]
    public void FiltersSelectEvents(string options, string key, string pattern)
    {
        var expected = Json("--json").Where(row => Regex.IsMatch(row.GetProperty(key).ToString(), pattern)).Select(row => row.GetRawText()).ToList();
        Assert.InRange(expected.Count, 1, Events - 1);
        Assert.Equal(expected, Run([.. options.Split(' '), "--format", "jsonl"]).Lines);
    }

    [Fact]
    public void PatternsSelectEvents()
    {
        Assert.Equal(9, List("sched:*").Lines.Length);
        Assert.Equal(3, List("sched_switch").Lines.Length);
        Assert.Equal(4, List("sched:sched_switch,irq_handler_entry").Lines.Length);
        Assert.Equal(2, Run("--top", "2").Lines.Length);

        static Outcome List(string pattern) => Tool.Run("events", Mix, "--event", pattern).Succeeds();
    }

    [Fact]
    public void APatternThatMatchesNothingIsNamed()
    {
        var some = Tool.Run("events", Mix, "--event", "sched:sched_swich,irq:*").Succeeds();
        Assert.Contains("--event sched:sched_swich", some.Error, StringComparison.Ordinal);
        Assert.Contains("Did you mean sched:sched_switch?", some.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("irq:*", some.Error, StringComparison.Ordinal);
        Assert.Equal("[]\n", Tool.Run("events", Mix, "--event", "none", "--json").Succeeds().Out);
        var empty = Tool.Run("events", Mix, "--event", "none", "--fail-if-empty");
        Assert.Equal((ExitCode.BadInput, ""), (empty.Exit, empty.Out));
        Assert.Equal(ExitCode.Ok, Tool.Run("events", Mix, "--event", "irq:*", "--fail-if-empty").Exit);
    }

    [Theory]
    [InlineData("--with-call")]
    [InlineData("--event", "*", "--function", "tcp_*")]
    [InlineData("--event", "*", "--module", "ext4")]
    [InlineData("--event")]
    public void MistakesAreReported(params string[] options)
    {
        var outcome = Tool.Run(["events", Mix, .. options]);
        Assert.Equal((ExitCode.Usage, ""), (outcome.Exit, outcome.Out));
        Assert.Contains(options.Length > 2 ? options[2] : options[0], outcome.Error, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(HostileTexts))]
    public void HostileFieldsAreInert(string text)
    {
        using var folder = Tool.Folder();
        var file = Hostile(folder, Encoding.UTF8.GetBytes(text));
        foreach (var terminal in new[] { false, true })
        {
            var lines = Tool.RunWith(null, terminal, "events", file, "--event", "*").Succeeds().Out;
            Assert.DoesNotContain(lines, c => (char.IsControl(c) && c != '\n') || c is '\u202E' or '\u2028');
            Assert.Equal(Events, lines.Count(c => c == '\n'));
        }
        var rows = Tool.Run("events", file, "--event", "*", "--csv").Succeeds().Csv();
        Assert.Equal(Events, rows.Count);
        Assert.All(rows.SelectMany(row => row.Values), cell => Assert.DoesNotMatch("(^|[,;\t\r\n])\"*[=+@-]", cell));
        Assert.DoesNotContain('\x1b', Tool.RunWith(null, true, "events", file, "--event", "*", "--csv").Succeeds().Out);
        var json = Tool.Run("events", file, "--event", "*", "--json").Succeeds().Out;
        Assert.DoesNotContain("</", json, StringComparison.Ordinal);
        Assert.DoesNotContain(json, c => (char.IsControl(c) && c != '\n') || c is '\u202E' or '\u2028');
        using var document = JsonDocument.Parse(json);
        var events = document.RootElement.EnumerateArray().ToList();
        Assert.Equal(Events, events.Count);
        Assert.Contains(events, row => row.GetProperty("fields").TryGetProperty("next_comm", out var comm) && comm.GetString() == text);
        Assert.Contains(events, row => row.GetProperty("message").GetString()!.Contains($"next_comm={text} next_pid", StringComparison.Ordinal));
        // A string elsewhere in the record.
        Assert.Contains(events, row => row.GetProperty("fields").TryGetProperty("name", out var name) && name.GetString() == text);
    }

    [Fact]
    public void FieldsThatAreNotUtf8StayApart()
    {
        using var folder = Tool.Folder();
        var found = new HashSet<string>();
        foreach (var last in new byte[] { 0xe8, 0xe9, 0xff })
        {
            using var json = JsonDocument.Parse(Tool.Run("events", Hostile(folder, [.. "caf"u8, last]), "--event", "sched_switch", "--json").Succeeds().Out);
            var name = json.RootElement[0].GetProperty("fields").GetProperty("next_comm").GetString()!;
            Assert.Equal(string.Create(CultureInfo.InvariantCulture, $"caf\\x{last:x2}"), name);
            found.Add(name);
        }
        Assert.Equal(3, found.Count);
    }

    /// <summary>Writes the recording with another text for the name of a task in the fields of events, and of an interrupt.</summary>
    private static string Hostile(TemporaryFolder folder, byte[] text)
    {
        var file = File.ReadAllBytes(Mix);
        byte[] padded = [.. text, .. new byte[16 - text.Length]];
        Replace("trace-cmd\0\0\0\0\0\0\0"u8, padded);
        Replace("virtio0-requests"u8, padded);
        File.WriteAllBytes(folder["hostile.dat"], file);
        return folder["hostile.dat"];

        void Replace(ReadOnlySpan<byte> from, byte[] to)
        {
            var all = file.AsSpan();
            var at = all.IndexOf(from);
            Assert.True(at > 0);
            for (; at >= 0; at = all.IndexOf(from)) to.CopyTo(all[at..]);
        }
    }

    private static Outcome Run(params string[] options) => Tool.Run(["events", Mix, "--event", "*", .. options]).Succeeds();

    private static JsonElement[] Json(params string[] options)
    {
        using var document = JsonDocument.Parse(Run(options).Out);
        return [.. document.RootElement.Clone().EnumerateArray()];
    }
}
