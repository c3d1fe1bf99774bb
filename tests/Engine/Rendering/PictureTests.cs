using System.Diagnostics;
using System.Xml.Linq;
using KernelMagnifier.Counting;
using KernelMagnifier.Model;
using KernelMagnifier.Rendering;
using KernelMagnifier.Rendering.Graphs;
using KernelMagnifier.Rendering.Reports;
using static KernelMagnifier.Engine.Tests.Rendering.Graphs;

namespace KernelMagnifier.Engine.Tests.Rendering;

/// <summary>Tests pictures and the errors of drawing them.</summary>
[Collection(AloneWithPath.Name)]
public sealed class PictureTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("km-test-").FullName;
    private readonly string? _path = Environment.GetEnvironmentVariable("PATH");
    private readonly string _target;

    public PictureTests() => _target = Path.Combine(Directory.CreateDirectory(Path.Combine(_folder, "out")).FullName, "g.svg");

    public void Dispose()
    {
        Environment.SetEnvironmentVariable("PATH", _path);
        Directory.Delete(_folder, true);
    }

    private static CallGraph Small => Of(Edge("a", "b", 5), Edge("b", "c", 3));

    /// <summary>Puts a script named dot first in PATH. It logs each start, and the pid of its child.</summary>
    private string Fake(string script, string name = "dot")
    {
        var bin = Directory.CreateDirectory(Path.Combine(_folder, "bin")).FullName;
        var tool = Path.Combine(bin, name);
        File.WriteAllText(tool, $"#!/bin/sh\necho start >> {_folder}/starts\n{script}\n");
        File.SetUnixFileMode(tool, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Environment.SetEnvironmentVariable("PATH", $"{bin}:{_path}");
        return tool;
    }

    private void NothingIsLeft() => Assert.Empty(Directory.GetFileSystemEntries(Path.GetDirectoryName(_target)!));

    [GraphvizFact]
    public void WritesEveryFormat()
    {
        foreach (var (extension, magic) in new[] { (".svg", "<?xml"), (".pdf", "%PDF"), (".png", "\u0089PNG"), (".SVG", "<?xml") })
        {
            var path = Path.ChangeExtension(_target, extension);
            var export = GraphExporter.Export(Small, path, new GraphOptions { Force = true });
            Assert.Equal((path, 3, 2, null), (export.Path, export.Functions, export.Edges, export.Note));
            Assert.StartsWith(magic, System.Text.Encoding.Latin1.GetString(File.ReadAllBytes(path)), StringComparison.Ordinal);
        }
    }

    [GraphvizFact]
    public void ALargeSvgFitsTheWindowAndASmallOneKeepsItsSize()
    {
        GraphExporter.Export(Tree(250), _target, new GraphOptions { Theme = GraphTheme.Dark });
        var svg = File.ReadAllText(_target);
        Assert.Matches("<svg width=\"100%\" height=\"100%\" +viewBox=\"0.00 0.00 [0-9.]+ [0-9.]+\"", svg.ReplaceLineEndings(" "));
        Assert.Contains("background: #12161b", svg, StringComparison.Ordinal);
        Assert.Contains("addEventListener('wheel'", svg, StringComparison.Ordinal);
        using (var reader = System.Xml.XmlReader.Create(_target, new System.Xml.XmlReaderSettings { DtdProcessing = System.Xml.DtdProcessing.Ignore }))
            while (reader.Read()) { }

        GraphExporter.Export(Small, _target, new GraphOptions { Force = true });
        Assert.Matches("<svg width=\"[0-9]+pt\" height=\"[0-9]+pt\"", File.ReadAllText(_target));
        Assert.DoesNotContain("<script", File.ReadAllText(_target), StringComparison.Ordinal);
        // A sheet of paper keeps the size that it is printed at.
        GraphExporter.Export(Tree(250), _target, new GraphOptions { Force = true, Paper = GraphPaper.A3 });
        Assert.Matches("<svg width=\"[0-9]+pt\" height=\"[0-9]+pt\"", File.ReadAllText(_target));
    }

    [GraphvizFact]
    public void ALinkCannotLeaveItsAttribute()
    {
        var graph = new CallGraph([Trace()], [Edge(Function("a", null, "x\"><script>.c:1"), Function("b", null, "b.c:2"), 5)]);
        GraphExporter.Export(graph, _target, new GraphOptions { SourceUrl = "https://x/\"><script>alert(1)</script>?a=1&b=<{file}", Force = true });
        var picture = XDocument.Parse(File.ReadAllText(_target));
        XNamespace link = "http://www.w3.org/1999/xlink";
        var links = picture.Descendants().Attributes(link + "href").Select(a => a.Value).ToList();
        Assert.Contains("https://x/%22%3E%3Cscript%3Ealert(1)%3C/script%3E?a=1&b=%3Cb.c", links);
        Assert.Contains("https://x/%22%3E%3Cscript%3Ealert(1)%3C/script%3E?a=1&b=%3Cx%22%3E%3Cscript%3E.c", links);
        Assert.DoesNotContain(picture.Descendants(), element => element.Name.LocalName == "script" && element.Value == "alert(1)");
    }

    [GraphvizFact]
    public void SvgNodesLinkToTheirSource()
    {
        var graph = new CallGraph([Trace(release: "6.1.0-56-amd64")], [Edge(Function("a"), Function("tcp_push", null, "net/ipv4/tcp.c:700"), 5)]);
        GraphExporter.Export(graph, _target, new GraphOptions());
        var svg = File.ReadAllText(_target);
        Assert.Contains("xlink:href=\"https://elixir.bootlin.com/linux/v6.1/source/net/ipv4/tcp.c#L700\"", svg, StringComparison.Ordinal);
        GraphExporter.Export(graph, _target, new GraphOptions { SourceUrl = null, Force = true });
        Assert.DoesNotContain("bootlin", File.ReadAllText(_target), StringComparison.Ordinal);
    }

    [GraphvizFact]
    public void ALargeGraphIsReducedAndReportsIt()
    {
        var graph = Tree(4000);
        var export = GraphExporter.Export(graph, _target, new GraphOptions { TimeLimit = TimeSpan.FromMinutes(5), Layout = GraphLayout.LeftRight, Top = 5000 });
        Assert.NotNull(export.Note);
        Assert.True(export.IsThinned);
        Assert.True(export.NoteIsWarning);
        Assert.Equal(4000, export.Functions + export.OmittedFunctions);
        Assert.Equal(graph.Edges.Count, export.Edges + export.OmittedEdges);
        Assert.InRange(export.Functions, 100, LayoutCost.ReadableFunctions);
        Assert.Contains("too large", export.Note, StringComparison.Ordinal);
        Assert.Contains($"Shows {export.Functions} of 4,000 functions", File.ReadAllText(_target).Replace("&#45;", "-", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public void WithoutGraphvizOnlyDotTextIsWritten()
    {
        Environment.SetEnvironmentVariable("PATH", "");
        var error = Assert.Throws<KernelMagnifierException>(() => GraphExporter.Export(Small, _target, new GraphOptions()));
        Assert.Equal(ErrorCode.ToolNotFound, error.Code);
        Assert.Equal("Graphviz's dot: the program is not in PATH. Install it: apt-get install graphviz", error.Message);
        NothingIsLeft();
        GraphExporter.Export(Small, Path.ChangeExtension(_target, ".dot"), new GraphOptions());
    }

    [Fact]
    public void ADotThatHangsIsKilledWithItsChildrenAndASmallerPartIsTried()
    {
        Fake($"sleep 1000 & echo $! >> {_folder}/pids; wait");
        var error = Assert.Throws<KernelMagnifierException>(() => GraphExporter.Export(Tree(100), _target, new GraphOptions { TimeLimit = TimeSpan.FromSeconds(8) }));
        Assert.Equal((ErrorCode.ToolFailed, "Graphviz's dot"), (error.Code, error.Target));
        Assert.Contains("did not finish within 8 s", error.Message, StringComparison.Ordinal);
        Assert.InRange(File.ReadAllLines($"{_folder}/starts").Length, 2, 10);
        foreach (var pid in File.ReadAllLines($"{_folder}/pids")) Assert.False(IsRunning(int.Parse(pid)), $"process {pid} is still there");
        NothingIsLeft();
    }

    [GraphvizFact]
    public void IfDotIsTooSlowForTheWholeAPartIsDrawn()
    {
        Fake("t=$(cat); case \"$t\" in *'\"f60\"'*) sleep 1000;; esac; printf '<svg/>'");
        var export = GraphExporter.Export(Tree(61), _target, new GraphOptions { TimeLimit = TimeSpan.FromSeconds(10) });
        Assert.InRange(export.Functions, 2, 60);
        Assert.Contains("of 61 functions", export.Note, StringComparison.Ordinal);
        Assert.Equal("<svg/>", File.ReadAllText(_target));
    }

    [Fact]
    public void TheErrorsOfAFailedDotAreReported()
    {
        Fake("cat > /dev/null; printf 'half a picture'; echo 'Error: out of \u001b[31mluck' >&2; exit 3");
        var error = Assert.Throws<KernelMagnifierException>(() => GraphExporter.Export(Small, _target, new GraphOptions()));
        Assert.Equal(ErrorCode.ToolFailed, error.Code);
        Assert.Contains("exit code 3", error.Message, StringComparison.Ordinal);
        Assert.Contains("out of ‹U+001B›[31mluck", error.Message, StringComparison.Ordinal);
        NothingIsLeft();
    }

    [Fact]
    public void ADotThatDoesNotReadAndWritesMuchDoesNotBlock()
    {
        // More than the capacity of a pipe in both directions and on standard error.
        Fake("head -c 300000 /dev/zero | tr '\\0' e >&2; head -c 300000 /dev/zero | tr '\\0' o; exit 0");
        var export = GraphExporter.Export(Tree(900), Path.ChangeExtension(_target, ".svg"), new GraphOptions { Everything = true });
        Assert.Equal(900, export.Functions);
        Assert.Equal(300_000, new FileInfo(_target).Length);
    }

    [Fact]
    public void ADotThatWritesNothingIsAnError()
    {
        Fake("cat > /dev/null");
        Assert.Contains("no picture", Assert.Throws<KernelMagnifierException>(() => GraphExporter.Export(Small, _target, new GraphOptions())).Message, StringComparison.Ordinal);
        NothingIsLeft();
    }

    [Fact]
    public void CancellationKillsDotAndLeavesNoFile()
    {
        Fake($"echo $$ > {_folder}/pids.new; mv {_folder}/pids.new {_folder}/pids; exec sleep 1000");
        using var cancel = new CancellationTokenSource();
        var work = Task.Run(() => GraphExporter.Export(Small, _target, new GraphOptions { Everything = true }, cancel: cancel.Token));
        SpinWait.SpinUntil(() => { Thread.Sleep(10); return File.Exists($"{_folder}/pids") || work.IsCompleted; }, TimeSpan.FromSeconds(60));
        cancel.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => work.GetAwaiter().GetResult());
        Assert.False(IsRunning(int.Parse(File.ReadAllText($"{_folder}/pids"))));
        NothingIsLeft();
    }

    [GraphvizFact]
    public void AnExistingFileIsKeptWithoutForce()
    {
        File.WriteAllText(_target, "mine");
        Assert.Contains("exists", Assert.Throws<KernelMagnifierException>(() => GraphExporter.Export(Small, _target, new GraphOptions())).Message, StringComparison.Ordinal);
        Assert.Equal("mine", File.ReadAllText(_target));
        GraphExporter.Export(Small, _target, new GraphOptions { Force = true });
        Assert.StartsWith("<?xml", File.ReadAllText(_target), StringComparison.Ordinal);
        Assert.Equal([_target], Directory.GetFileSystemEntries(Path.GetDirectoryName(_target)!));
    }

    [Fact]
    public void AnExistingFileIsKeptIfDotFails()
    {
        Fake("exit 1");
        File.WriteAllText(_target, "mine");
        Assert.Throws<KernelMagnifierException>(() => GraphExporter.Export(Small, _target, new GraphOptions { Force = true }));
        Assert.Equal("mine", File.ReadAllText(_target));
    }

    [Theory]
    [InlineData("g.jpeg", ".jpeg is not the extension of a known format. Use one of these extensions: .dot, .gv, .svg, .pdf, .png, .html.")]
    [InlineData("g", "no extension")]
    [InlineData("none/g.svg", "none does not exist")]
    [InlineData("", "no extension")]
    public void AnUnusablePathIsAnErrorBeforeAnyWork(string name, string says)
        => Assert.Contains(says, Assert.Throws<KernelMagnifierException>(() => GraphExporter.Export(Small, name.Length == 0 ? "" : Path.Combine(_folder, name), new GraphOptions())).Message, StringComparison.Ordinal);

    [Fact]
    public void AnUnwritableDirectoryIsAnError()
    {
        // Not even root can create files here.
        var error = Assert.Throws<KernelMagnifierException>(() => GraphExporter.Export(Small, "/proc/g.dot", new GraphOptions()));
        Assert.Contains("/proc", error.Message, StringComparison.Ordinal);
    }

    [GnuplotFact]
    public void ChartsHaveEveryFormatAndEscapeHostileNames()
    {
        var pwned = Path.Combine(_folder, "pwned");
        string[] names = [$"it's `touch {pwned}` $(touch {pwned}) @x \\n \\", "<b>&amp;\"q\" {/Bold x}^2_3", "nl\nplot sin(x)\n\u202Eevil", new string('k', 4096), "'' . system(\"touch pwned-here\") . ''", "_raw_spin_lock"];
        var counts = names.Select((name, i) => Count(name, 100_000 / (i + 1))).ToList();
        foreach (var (extension, magic) in new[] { (".svg", "<?xml"), (".pdf", "%PDF"), (".png", "\u0089PNG") })
        {
            var path = Path.ChangeExtension(_target, extension);
            CallCountChart.Export(counts, path, 5, names[0], false);
            Assert.StartsWith(magic, System.Text.Encoding.Latin1.GetString(File.ReadAllBytes(path)), StringComparison.Ordinal);
        }
        Assert.False(File.Exists(pwned));
        Assert.False(File.Exists("pwned-here"));
        var xml = new System.Xml.XmlDocument { XmlResolver = null };
        using var reader = System.Xml.XmlReader.Create(_target, new System.Xml.XmlReaderSettings { DtdProcessing = System.Xml.DtdProcessing.Ignore });
        xml.Load(reader);
        var texts = xml.SelectNodes("//*[local-name()='text']")!.Cast<System.Xml.XmlNode>().Select(n => n.InnerText.Trim()).ToList();
        // gnuplot does not read two quotes at the start of a text as one, so that an apostrophe is another character.
        Assert.Contains(names[0].Replace('\'', '’'), texts);
        Assert.Contains(names[4].Replace('\'', '’'), texts);
        Assert.Contains(names[1], texts);
        Assert.Contains("nl‹U+000A›plot sin(x)‹U+000A›‹U+202E›evil", texts);
        Assert.Contains("100,000", texts);
        Assert.Contains("20,000", texts);
        // The sixth count is beyond the limit, which the heading reports.
        Assert.DoesNotContain("_raw_spin_lock", texts);
        Assert.Contains(texts, t => t.Contains("the 5 largest of 6 counts", StringComparison.Ordinal));
    }

    [Fact]
    public void ErrorsOfCharts()
    {
        Environment.SetEnvironmentVariable("PATH", "");
        Assert.Equal("gnuplot: the program is not in PATH. Install it: apt-get install gnuplot-nox",
            Assert.Throws<KernelMagnifierException>(() => CallCountChart.Export([Count("a", 1)], _target, 5, null, false)).Message);
        Assert.Contains(".png, .svg, .pdf", Assert.Throws<KernelMagnifierException>(() => CallCountChart.Export([], "x.dot", 5, null, false)).Message, StringComparison.Ordinal);
        var range = Assert.Throws<KernelMagnifierException>(() => CallCountChart.Export([], _target, 0, null, false));
        Assert.Equal(ErrorCode.ValueOutOfRange, range.Code);
        Assert.Contains("1 to 1000", range.Message, StringComparison.Ordinal);
        NothingIsLeft();
    }

    private static FunctionCallCount Count(string function, long calls)
        => new(CallGrouping.Function, new CallTally.Group(Function(function), FunctionSymbol.Unknown, KernelTask.Unknown, ExecutionContext.Unknown, -1, calls, -1, -1), Trace());

    private static bool IsRunning(int pid)
    {
        // A killed process is a zombie until its parent waits for it.
        for (var i = 0; i < 100; i++)
        {
            if (!File.Exists($"/proc/{pid}/stat")) return false;
            try
            {
                if (File.ReadAllText($"/proc/{pid}/stat") is var stat && stat[stat.LastIndexOf(')') + 2] is 'Z' or 'X') return false;
            }
            catch (IOException)
            {
                return false;
            }
            Thread.Sleep(20);
        }
        return true;
    }
}
