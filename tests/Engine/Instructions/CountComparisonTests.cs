using KernelMagnifier.Benchmarks.Instructions;

namespace KernelMagnifier.Engine.Tests.Instructions;

/// <summary>How <c>./build.sh bench --counts</c> judges: its file, the limit, and what makes counts incomparable.</summary>
public class CountComparisonTests
{
    private static readonly (string, string)[] Programs = [(".NET SDK", "10.0.401"), ("valgrind", "3.19.0"), ("processor", "x86-64-v3")];

    [Theory]
    [InlineData(1000, 1000, false, false)]
    [InlineData(1000, 1050, false, false)]
    [InlineData(1000, 1051, true, false)]
    [InlineData(1000, 950, false, false)]
    [InlineData(1000, 949, false, true)]
    // Numbers whose share is not a whole number, and those that a double does not hold.
    [InlineData(19, 19, false, false)]
    [InlineData(19, 20, true, false)]
    [InlineData(21, 22, false, false)]
    [InlineData(9_000_000_000_000_000_000, 9_223_372_036_854_775_807, false, false)]
    [InlineData(8_000_000_000_000_000_020, 8_400_000_000_000_000_021, false, false)]
    [InlineData(8_000_000_000_000_000_020, 8_400_000_000_000_000_022, true, false)]
    public void OverFivePercentFails(long kept, long measured, bool grew, bool shrank)
    {
        var comparison = CountComparison.Of(File(Path("text", kept)), File(Path("text", measured)));
        Assert.Equal((grew ? 1 : 0, shrank ? 1 : 0), (comparison.Failures.Count, comparison.Renewals.Count));
        Assert.Single(comparison.Lines);
    }

    [Fact]
    public void AFailureNamesThePathBothCountsAndThePercent()
    {
        var comparison = CountComparison.Of(File(Path("a", 10), Path("text", 2_000_000)), File(Path("a", 10), Path("text", 2_107_000)));
        Assert.StartsWith("text: 2,000,000 instructions kept, 2,107,000 measured: +5.35 %, more than 5 %.", Assert.Single(comparison.Failures));
        Assert.Equal("a: 10 instructions kept, 10 measured: 0.00 %", comparison.Lines[0]);
        Assert.Empty(comparison.Renewals);
    }

    [Fact]
    public void ALossOfInstructionsAsksForARenewal()
    {
        var comparison = CountComparison.Of(File(Path("text", 1000)), File(Path("text", 900)));
        Assert.StartsWith("text: 1,000 instructions kept, 900 measured: -10.00 %. Renew", Assert.Single(comparison.Renewals));
        Assert.Empty(comparison.Failures);
    }

    [Fact]
    public void APathOfOneSideOnlyFails()
    {
        var comparison = CountComparison.Of(File(Path("old", 1), Path("both", 1)), File(Path("both", 1), Path("new", 7)));
        Assert.Equal(2, comparison.Failures.Count);
        Assert.StartsWith("new: no count is kept, 7 were measured.", comparison.Failures[0]);
        Assert.StartsWith("old: a count is kept, but there is no such path.", comparison.Failures[1]);
    }

    [Fact]
    public void NothingMeasuredFails() => Assert.Single(CountComparison.Of(File(Path("text", 1)), File()).Failures);

    [Fact]
    public void AnotherRecordingFails()
    {
        var kept = File(Path("text", 1000));
        var bytes = CountComparison.Of(kept, File(Path("text", 1000) with { InputBytes = 21 }));
        Assert.StartsWith("text: kept of 'edges a.txt' with 20 bytes, measured of 'edges a.txt' with 21.", Assert.Single(bytes.Failures));
        Assert.Single(CountComparison.Of(kept, File(Path("text", 1000) with { Command = "edges b.txt" })).Failures);
    }

    [Theory]
    [InlineData("valgrind", "3.24.0", "valgrind: kept with 3.19.0, here 3.24.0", false)]
    [InlineData(".NET SDK", "11.0.100", ".NET SDK: kept with 10.0.401, here 11.0.100", false)]
    [InlineData("C library", "glibc 2.41", "C library: kept with an unknown version, here glibc 2.41", false)]
    [InlineData("processor", "x86-64-v2", "processor: kept with x86-64-v3, here x86-64-v2", true)]
    public void OtherProgramsAreTold(string program, string version, string line, bool fails)
    {
        var (kept, now) = (File(Path("text", 1000)), File(Path("text", 1000)));
        var comparison = CountComparison.Of(kept, now with { MadeWith = [.. now.MadeWith.Where(p => p.Program != program), (program, version)] });
        Assert.Contains(line, comparison.Lines);
        Assert.Equal(2, comparison.Lines.Count);
        Assert.Equal(fails ? 1 : 0, comparison.Failures.Count(failure => failure.StartsWith(line, StringComparison.Ordinal)));
        Assert.Equal(fails ? 1 : 0, comparison.Failures.Count);
    }

    [Fact]
    public void AFileIsReadAsItWasWritten()
    {
        var file = File(Path("text", 123_456_789), Path("dat", 5) with { Command = "events a.dat --event '*'" });
        var again = CountFile.Parse(file.Text(), "counts.tsv");
        Assert.Equal(file.MadeWith, again.MadeWith);
        Assert.Equal(file.Paths, again.Paths);
        Assert.StartsWith("# ", file.Text());
    }

    [Theory]
    [InlineData("text\t1000\t20")]
    [InlineData("text\t1000\t20\t")]
    [InlineData("text\t1000\t20\tedges a.txt\tmore")]
    [InlineData("\t1000\t20\tedges a.txt")]
    [InlineData("text\t1,000\t20\tedges a.txt")]
    [InlineData("text\t-1\t20\tedges a.txt")]
    [InlineData("text\t0\t20\tedges a.txt")]
    [InlineData("text\t99999999999999999999\t20\tedges a.txt")]
    [InlineData("text 1000 20 edges")]
    [InlineData("with\tvalgrind")]
    [InlineData("with\tvalgrind\t")]
    [InlineData("<<<<<<< HEAD")]
    public void AMalformedLineIsNamed(string line)
    {
        var error = Assert.Throws<FormatException>(() => CountFile.Parse($"# comment\n\n{line}\n", "counts.tsv"));
        Assert.StartsWith("counts.tsv, line 3: ", error.Message);
    }

    [Fact]
    public void APathIsThereOnce()
        => Assert.Contains("'a' is there twice", Assert.Throws<FormatException>(() => CountFile.Parse("a\t1\t1\tx\na\t2\t1\tx\n", "counts.tsv")).Message);

    [Fact]
    public void TheKeptFileHasFivePaths()
    {
        var kept = CountFile.Parse(System.IO.File.ReadAllText(System.IO.Path.Combine(SharedData.RepositoryRoot, "benchmarks/counts.tsv")), "counts.tsv");
        Assert.Equal(["text-edges", "graph-text-edges", "dat-edges", "dat-latency", "dat-events"], kept.Paths.Select(path => path.Id));
        Assert.Equal([".NET SDK", "valgrind", "C library", "processor"], kept.MadeWith.Select(made => made.Program));
    }

    private static CountedPath Path(string id, long instructions) => new(id, instructions, 20, "edges a.txt");

    private static CountFile File(params CountedPath[] paths) => new(Programs, paths);
}
