using System.Text.Json;
using KernelMagnifier.Engine.Tests.Support;
using KernelMagnifier.Latency.Paths;
using KernelMagnifier.Rendering.Profiles;
using KernelMagnifier.Rendering.Trees;
using KernelMagnifier.Text;
using KernelMagnifier.Traces;

namespace KernelMagnifier.Engine.Tests.Rendering;

/// <summary>Critical paths as lines of text and as tracks of timelines.</summary>
public sealed class PathDrawingTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("km-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, true);

    private static PathSegment Segment(int depth, string state, int? pid, string? comm, string? what, long start, long end) => new()
    {
        Depth = depth, State = state, ProcessId = pid, Comm = comm, What = what, Start = start / 1e9, End = end / 1e9, StartTime = start,
        EndTime = end, DurationNanoseconds = end - start, Percent = (end - start) / 100.0,
    };

    private static PathSegment[] Chain() =>
    [
        Segment(0, "Running", 7, "app", null, 0, 1000), Segment(2, "Device", null, null, "254,0", 1000, 5000),
        Segment(1, "Running", 9, "two\nlines\u001b[31m", null, 5000, 9000), Segment(0, "Waiting", 7, "app", "größe/12", 9000, 10000),
    ];

    [Fact]
    public void LinesAreIndentedAndEscaped()
    {
        static string Row(string start, string duration, string percent, string task, string state, string what)
            => $"{start,8}  {duration}  {percent,4}  {task,-22}  {state,-7}  {what}".TrimEnd();
        Assert.Equal(
        [
            Row("Start", "Duration", "%", "Task", "State", "What"), Row("0.000000", "1.000 µs", "10.0", "app/7", "Running", ""),
            Row("0.000001", "4.000 µs", "40.0", "│ ├ 254,0", "Device", ""),
            Row("0.000005", "4.000 µs", "40.0", @"├ two\nlines\x1b[31m/9", "Running", ""),
            Row("0.000009", "1.000 µs", "10.0", "app/7", "Waiting", "größe/12"),
        ], new PathTree(isUnicode: true).Lines(Chain()));
    }

    [Fact]
    public void AsciiHasNoOtherCharacters()
        => Assert.All(new PathTree(isUnicode: false).Lines(Chain()), line => Assert.True(System.Text.Ascii.IsValid(line), line));

    [Fact]
    public void LinesFitTheTerminal()
    {
        PathSegment[] path = [Segment(40, "Waiting", 1, new string('x', 200), new string('y', 500), 0, 1000), .. Chain()];
        Assert.All(new PathTree(isUnicode: true, width: 120).Lines(path), line => Assert.True(TerminalText.Width(line) <= 120, line));
    }

    [SharedDataFact]
    public void PerfettoHasATrackOfEachPath()
    {
        var recording = SharedData.Shared("latency/block.dat");
        var (first, second) = Paths(recording);
        var file = Path.Combine(_folder, "path.perfetto-trace");
        var export = PathProfile.Write(file, [.. first, .. second], null, force: false);
        Assert.True(export.Events > 50_000);
        var packets = new PerfettoMessage(File.ReadAllBytes(file)).All(1).ToList();
        var tracks = packets.SelectMany(p => p.All(60)).Where(t => t.Text(2)?.StartsWith("critical path of ", StringComparison.Ordinal) == true).ToList();
        Assert.Equal([$"critical path of {first[0].PathComm}/{first[0].PathProcessId}", $"critical path of {second[0].PathComm}/{second[0].PathProcessId}"],
            tracks.Select(t => t.Text(2)));
        foreach (var (track, path) in tracks.Zip([first, second]))
        {
            var events = packets.Where(p => p.All(11).Any(e => e.Number(11) == track.Number(1))).Select(p => (Time: p.Number(8), Kind: p.All(11).Single().Number(9)));
            Assert.Equal(path.SelectMany(s => new[] { ((long?)s.StartTime, (long?)1), (s.EndTime, 2) }), events);
        }
    }

    [SharedDataFact]
    public void ChromeTraceHasAThreadOfThePath()
    {
        var (first, _) = Paths(SharedData.Shared("latency/all-fg.dat"));
        var file = Path.Combine(_folder, "path.json");
        PathProfile.Write(file, first, null, force: false);
        using var json = JsonDocument.Parse(File.ReadAllBytes(file));
        var slices = json.RootElement.GetProperty("traceEvents").EnumerateArray().Where(e => e.TryGetProperty("cat", out var c) && c.GetString() == "path").ToList();
        Assert.Equal(first.Count, slices.Count);
        Assert.Contains(json.RootElement.GetProperty("traceEvents").EnumerateArray(), e => e.TryGetProperty("cat", out var c) && c.GetString() == "call");
    }

    [Fact]
    public void OtherFormatsAreRefused()
    {
        var error = Assert.Throws<KernelMagnifierException>(() => PathProfile.Write(Path.Combine(_folder, "path.folded"), Chain(), null, force: false));
        Assert.Equal(ErrorCode.FormatUnknown, error.Code);
        Assert.Equal([".json", ".perfetto-trace"], PathProfile.Extensions);
    }

    private static (IReadOnlyList<PathSegment> First, IReadOnlyList<PathSegment> Second) Paths(string recording)
    {
        using var reader = TraceFile.Open(recording);
        var reading = CriticalPathReading.Read(reader, null, null, default);
        var tasks = reading.Find("*");
        return (reading.PathOf(tasks[^1]), reading.PathOf(tasks[^2]));
    }
}
