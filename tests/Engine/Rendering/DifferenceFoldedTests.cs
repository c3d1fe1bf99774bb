using System.Text.RegularExpressions;
using KernelMagnifier.Comparison;
using KernelMagnifier.Counting;
using KernelMagnifier.Model;
using KernelMagnifier.Rendering.Profiles;
using KernelMagnifier.Traces;

namespace KernelMagnifier.Engine.Tests.Rendering;

/// <summary>
/// Tests folded stacks with two columns. They are read as flamegraph.pl reads them: two numbers at the end of a line, and
/// semicolons between frames.
/// </summary>
public sealed partial class DifferenceFoldedTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("km-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, true);

    private string Recording(string name, params (string Task, int Pid, string Caller, string Callee)[] calls)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, "# tracer: function\n#\n" + string.Concat(calls.Select((c, i)
            => $"{c.Task,16}-{c.Pid}       [000] ..... {1 + (i / 1e6):0.000000}: {c.Callee} <-{c.Caller}\n")));
        return path;
    }

    private static TraceInfo Info(string path)
    {
        using var reader = TraceFile.Open(path);
        return reader.ReadOnce(new CallTally(CallGrouping.Edge), null, null, default);
    }

    private (Dictionary<string, (long Before, long After)> Stacks, ProfileExport Export) Write(
        string before, string after, DifferenceProfileOptions? options = null)
    {
        var path = Path.Combine(_folder, "d.folded");
        var sides = new TraceComparison { Before = [Info(before)], After = [Info(after)], Per = "second of CPU time" };
        var export = DifferenceProfileExporter.Export(sides, path, (options ?? new DifferenceProfileOptions()) with { Force = true });
        return (File.ReadLines(path).Select(line => TwoColumns().Match(line))
            .ToDictionary(m => m.Groups[1].Value, m => (long.Parse(m.Groups[2].Value), long.Parse(m.Groups[3].Value))), export);
    }

    [GeneratedRegex(@"^(\S.*) (\d+) (\d+)$")]
    private static partial Regex TwoColumns();

    [Fact]
    public void AStackOfBothSidesIsOneLine()
    {
        var before = Recording("b", ("cat", 10, "read", "a"), ("cat", 10, "a", "b"), ("cat", 10, "a", "b"), ("cat", 10, "a", "old"));
        var after = Recording("a", ("cat", 99, "read", "a"), ("cat", 99, "a", "b"), ("dd", 7, "write", "new"));
        var (stacks, export) = Write(before, after);
        const string Mark = " [stacks rebuilt from callers]";
        Assert.Equal(new Dictionary<string, (long, long)>
        {
            [$"cat{Mark};read;a"] = (1, 1), [$"cat{Mark};read;a;b"] = (2, 1), [$"cat{Mark};read;a;old"] = (1, 0),
            [$"dd{Mark};write;new"] = (0, 1),
        }, stacks);
        Assert.Equal((7, 4, true), (export.Calls, export.Items, export.StacksAreRebuilt));
        Assert.Contains("as counted, not per second of CPU time: 4 calls before, 3 after.", export.Note);
    }

    [Theory]
    [InlineData("tcp-echo.trace.zst", "graph/fg-abstime.txt.zst")]
    [InlineData("graph/fg-abstime.txt.zst", "graph/fg-proc.txt.zst")]
    public void ColumnsAddUpToTheCallsOfTheRecordings(string before, string after)
    {
        var (stacks, export) = Write(SharedData.Local(before), SharedData.Local(after));
        Assert.Equal(Leaves(before), ByLeaf(stacks, s => s.Before));
        Assert.Equal(Leaves(after), ByLeaf(stacks, s => s.After));
        Assert.Equal(stacks.Count, export.Items);

        static Dictionary<string, long> Leaves(string recording)
        {
            var tally = new CallTally(CallGrouping.Edge);
            using var reader = TraceFile.Open(SharedData.Local(recording));
            reader.Read(tally);
            return tally.ToGraph().Edges.GroupBy(e => e.CalleeSymbol.ToString()).ToDictionary(g => g.Key, g => g.Sum(e => e.Count));
        }

        static Dictionary<string, long> ByLeaf(Dictionary<string, (long, long)> stacks, Func<(long Before, long After), long> side)
            => stacks.GroupBy(s => s.Key.Split(';')[^1]).Select(g => (g.Key, Sum: g.Sum(s => side(s.Value))))
                .Where(g => g.Sum > 0).ToDictionary(g => g.Key, g => g.Sum);
    }

    [Fact]
    public void NormalizedColumnsHaveTheSameTotal()
    {
        var before = Recording("b", [.. Enumerable.Range(0, 1000).Select(i => ("t", 1, "root", $"f{i % 4}"))]);
        var after = Recording("a", [.. Enumerable.Range(0, 500).Select(i => ("t", 1, "root", i % 2 == 0 ? "f0" : "f1"))]);
        var (stacks, export) = Write(before, after, new DifferenceProfileOptions { Normalize = true });
        Assert.Equal((125, 250), stacks.Single(s => s.Key.EndsWith(";f0", StringComparison.Ordinal)).Value);
        Assert.Equal((125, 0), stacks.Single(s => s.Key.EndsWith(";f3", StringComparison.Ordinal)).Value);
        Assert.Contains("scaled to the total", export.Note);
    }

    [Fact]
    public void TimeNeedsDurationsOnBothSides()
    {
        var error = Assert.Throws<KernelMagnifierException>(() => Write(SharedData.Local("graph/fg-abstime.txt.zst"),
            SharedData.Local("tcp-echo.trace.zst"), new DifferenceProfileOptions { Weight = ProfileWeight.Time }));
        Assert.Equal(ErrorCode.NoDurations, error.Code);
        Assert.False(File.Exists(Path.Combine(_folder, "d.folded")));
        var (stacks, _) = Write(SharedData.Local("graph/fg-abstime.txt.zst"), SharedData.Local("graph/fg-abstime.txt.zst"),
            new DifferenceProfileOptions { Weight = ProfileWeight.Time });
        Assert.NotEmpty(stacks);
        Assert.All(stacks.Values, s => Assert.Equal(s.Before, s.After));
    }

    [Fact]
    public void WhatCannotBeReadAgainIsRefused()
    {
        var path = Path.Combine(_folder, "d.folded");
        var known = Info(Recording("b", ("t", 1, "a", "b")));
        Recording("b", ("t", 1, "a", "b"), ("t", 1, "a", "c"));
        foreach (var (before, cause) in new[] { (known, "2 calls now and had 1"), (new TraceInfo("-"), "cannot be read again") })
        {
            var error = Assert.Throws<KernelMagnifierException>(() => DifferenceProfileExporter.Export(
                new TraceComparison { Before = [before], After = [known] }, path, new DifferenceProfileOptions()));
            Assert.Equal(ErrorCode.TraceUnreadable, error.Code);
            Assert.Contains(cause, error.Message);
        }
        var format = Assert.Throws<KernelMagnifierException>(() => DifferenceProfileExporter.Export(
            new TraceComparison { Before = [known], After = [known] }, path + ".json", new DifferenceProfileOptions()));
        Assert.Equal(ErrorCode.FormatUnknown, format.Code);
    }
}
