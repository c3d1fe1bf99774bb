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
