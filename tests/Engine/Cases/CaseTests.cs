using KernelMagnifier.Traces;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Engine.Tests.Cases;

/// <summary>
/// Small recordings of layouts that kernels, tools and devices write, with the values that a person reads in them
/// (<see cref="CaseExpectation"/>). A file in tests/data/cases with an <c>.expect</c> file beside it is a case.
/// </summary>
public sealed class CaseTests
{
    public static TheoryData<string> Cases
        => [.. Directory.GetFiles(SharedData.Local("cases"), "*.expect").Select(f => Path.GetFileNameWithoutExtension(f)!)
            .Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void EveryValueOfACaseIsRead(string name)
    {
        var path = Input(name);
        foreach (var threads in new[] { 1, 3 })
            Check(name, new CaseResult(() => TraceFile.Open(path, new TraceReadOptions { Threads = threads })));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void ACaseFromAPipeGivesTheSame(string name)
    {
        var bytes = File.ReadAllBytes(Input(name));
        Check(name, new CaseResult(() => TraceFile.Open(new TricklingStream(bytes, new Random(5), 100), "pipe")));
        Check(name, new CaseResult(() => TraceFile.Open(new MemoryStream(TestRecording.Gzip(bytes)), "pipe.gz")), isGzip: true);
    }

    private static string Input(string name)
        => Assert.Single(Directory.GetFiles(SharedData.Local("cases"), name + ".*"), f => !f.EndsWith(".expect", StringComparison.Ordinal));

    private static void Check(string name, CaseResult result, bool isGzip = false)
    {
        foreach (var (section, columns, rows) in new CaseExpectation(SharedData.Local(Path.Combine("cases", name + ".expect"))).Sections)
        {
            switch (section)
            {
                case "info":
                    Assert.Equal(Known(rows, isGzip), Known(rows, isGzip).Select(r => $"{Key(r)}: {result.InfoValue(Key(r))}".TrimEnd()));
                    break;
                case "events": Assert.Equal(rows, result.Events(columns)); break;
                case "edges": Assert.Equal(rows.Order(StringComparer.Ordinal), result.Edges(columns)); break;
                case "counts": Assert.Equal(rows.Order(StringComparer.Ordinal), result.Counts(columns)); break;
                case "filters": Assert.Equal(rows, rows.Select(r => $"{Key(r)}: {result.Filtered(Key(r))}")); break;
                case "warnings": Assert.All(rows, row => Assert.Contains(result.Info.Warnings, w => w.Contains(row, StringComparison.Ordinal))); break;
                default: Assert.Fail($"{name}: no section is called '{section}'."); break;
            }
        }
    }

    /// <summary>The rows of <c>info</c> that hold for the input: one that was compressed again has another compression.</summary>
    private static List<string> Known(List<string> rows, bool isGzip)
        => isGzip ? rows.FindAll(r => !r.StartsWith("compression", StringComparison.Ordinal)) : rows;

    private static string Key(string row) => CaseExpectation.Key(row);
}
