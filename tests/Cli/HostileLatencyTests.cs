using System.Text;
using System.Xml.Linq;

namespace KernelMagnifier.Cli.Tests;

/// <summary>Names of tasks and interrupts that would act in what latencies, checks and charts are written to.</summary>
public class HostileLatencyTests
{
    private const string Formula = "=1+2;\x1b[31m", Markup = "</script>\"\a'&", Direction = "\u202Eevil<";

    [Theory]
    [InlineData("latency", "{0}", "--by", "task")]
    [InlineData("latency", "{0}", "--by", "irq,vector")]
    [InlineData("latency", "{0}", "--intervals")]
    [InlineData("events", "{0}", "--event", "*")]
    [InlineData("why", "{0}", "--above", "p50")]
    [InlineData("why", "{0}", "--kind", "syscall,irq", "--above", "p50", "--total")]
    [InlineData("path", "{0}", "--comm", "=1+2;*")]
    [InlineData("compare", "{0}", "{0}", "--kind", "wakeup,irq", "--by", "key")]
    [InlineData("check", "{0}")]
    [InlineData("info", "{0}")]
    public void TablesContainNoControlCharacters(params string[] args)
    {
        using var folder = Tool.Folder();
        var file = Recording(folder);
        var outcome = Tool.Run([.. args.Select(a => a == "{0}" ? file : a)]).Succeeds();
        Assert.NotEmpty(outcome.Out);
        foreach (var text in new[] { outcome.Out, outcome.Error }) Assert.DoesNotContain(text, c => c != '\n' && Acts(c));
    }

    [Fact]
    public void CsvContainsNoFormulaAndJsonPreservesNames()
    {
        using var folder = Tool.Folder();
        var file = Recording(folder);
        var names = Tool.Run("latency", file, "--by", "task", "--csv").Succeeds().Csv().Select(row => row["comm"]).ToHashSet();
        Assert.Contains("'" + Formula, names);
        Assert.DoesNotContain(names, name => name.StartsWith('='));
        Assert.DoesNotContain('\x1b', Tool.RunWith(null, true, "latency", file, "--by", "task", "--csv").Succeeds().Out);
        using var json = System.Text.Json.JsonDocument.Parse(Tool.Run("latency", file, "--by", "task", "--json").Succeeds().Out);
        var exact = json.RootElement.EnumerateArray().Select(row => row.GetProperty("comm").GetString()).ToHashSet();
        Assert.Superset(new HashSet<string?> { Formula, Markup, Direction }, exact);
    }

    [Fact]
    public void CausesAndPathsContainNoFormulaAndJsonPreservesNames()
    {
        using var folder = Tool.Folder();
        var file = Recording(folder);
        foreach (string[] command in new[] { new[] { "why", file, "--above", "p50" }, ["path", file, "--comm", "=1+2;*"] })
        {
            var csv = Tool.Run([.. command, "--csv"]).Succeeds();
            Assert.DoesNotContain(csv.Csv().SelectMany(row => row.Values), value => value.StartsWith('='));
            Assert.DoesNotContain('\x1b', Tool.RunWith(null, true, [.. command, "--csv"]).Succeeds().Out);
            using var json = System.Text.Json.JsonDocument.Parse(Tool.Run([.. command, "--json"]).Succeeds().Out);
            Assert.Contains(json.RootElement.EnumerateArray(), row => row.GetProperty("comm").GetString() == Formula);
        }
    }

    [Fact]
    public void ErrorsOfHostileTasksAndBaselinesAreInert()
    {
        using var folder = Tool.Folder();
        var file = Recording(folder);
        File.WriteAllText(folder["base.json"], "{\"schema\":\"kernel-magnifier-baseline\",\"version\":1,\"by\":\"\u001b[31m\"}");
        foreach (string[] command in new[] { new[] { "path", file, "--comm", "*" }, ["path", file, "--comm", "\x1b[31mnone"], ["compare", folder["base.json"], file] })
        {
            var outcome = Tool.Run(command);
            Assert.NotEqual(ExitCode.Ok, outcome.Exit);
            Assert.NotEmpty(outcome.Error);
            Assert.DoesNotContain(outcome.Error, c => c != '\n' && Acts(c));
        }
    }

    [SharedDataTheory]
    [InlineData("why", "{0}", "--above", "p50")]
    [InlineData("why", "{0}", "--total")]
    [InlineData("compare", "{0}", "{0}", "--kind", "wakeup", "--by", "key")]
    public void RecordedNamesOfAnyBytesAreInert(params string[] args)
    {
        var file = SharedData.Shared("latency/sched-odd.dat.zst");
        var text = Tool.Run([.. args.Select(a => a == "{0}" ? file : a)]).Succeeds();
        Assert.NotEmpty(text.Out);
        Assert.DoesNotContain(text.Out + text.Error, c => c != '\n' && Acts(c));
    }

    [Fact]
    public void ABaselineKeepsHostileNames()
    {
        using var folder = Tool.Folder();
        var file = Recording(folder);
        Tool.Run("baseline", file, "-o", folder["base.json"], "--by", "key").Succeeds();
        var text = File.ReadAllText(folder["base.json"]);
        Assert.DoesNotContain(text, c => c != '\n' && Acts(c));
        var direct = Tool.Run("compare", file, file, "--kind", "irq", "--by", "key", "--json").Succeeds().Out;
        var saved = Tool.Run("compare", folder["base.json"], file, "--kind", "irq", "--by", "key", "--json").Succeeds().Out;
        Assert.Equal(Keys(direct), Keys(saved));
        Assert.Contains(Keys(saved), key => key!.Contains(Formula, StringComparison.Ordinal));

        static List<string?> Keys(string json)
        {
            using var rows = System.Text.Json.JsonDocument.Parse(json);
            return [.. rows.RootElement.EnumerateArray().Select(row => row.GetProperty("key").GetString()).Distinct()];
        }
    }

    [Theory]
    [InlineData("histogram")]
    [InlineData("cdf")]
    [InlineData("heatmap")]
    [InlineData("percentiles")]
    public void ChartsContainNoMarkupOfNames(string type)
    {
        using var folder = Tool.Folder();
        var file = Recording(folder);
        foreach (var name in new[] { "chart.svg", "chart.html" })
        {
            Tool.Run("chart", file, "--kind", "wakeup", "--by", "task", "--top", "40", "--type", type, "--title", Markup, "-o", folder[name]).Succeeds();
            var text = File.ReadAllText(folder[name]);
            Assert.DoesNotContain(text, c => c is not ('\n' or '\r' or '\t') && Acts(c));
            Assert.DoesNotContain("</script>\"", text, StringComparison.Ordinal);
            Assert.Contains("1+2;", text, StringComparison.Ordinal);
            if (name == "chart.svg") Assert.DoesNotContain(XDocument.Parse(text).Descendants(), element => element.Name.LocalName == "script");
        }
    }

    private static bool Acts(char c) => char.IsControl(c) || c == '\u202E';

    /// <summary>A recording of scheduler events, interrupts and system calls in which three tasks and an interrupt have such names.</summary>
    private static string Recording(TemporaryFolder folder)
    {
        var text = File.ReadAllText(SharedData.Unpacked(SharedData.Local("latency/sched.txt.zst")), Encoding.UTF8);
        foreach (var (from, to) in new[] { ("bash", Formula), ("mkdir", Markup), ("timeout", Direction), ("name=virtio", "name=" + Formula) })
        {
            Assert.Contains(from, text, StringComparison.Ordinal);
            text = text.Replace(from, to, StringComparison.Ordinal);
        }
        File.WriteAllText(folder["hostile.txt"], text);
        return folder["hostile.txt"];
    }
}
