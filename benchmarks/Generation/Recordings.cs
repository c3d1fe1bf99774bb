using System.Globalization;
using System.Text.Json;

namespace KernelMagnifier.Benchmarks.Generation;

/// <summary>Generates recordings and keeps them for later runs.</summary>
internal static class Recordings
{
    // Increment when the bytes that a seed yields change.
    private const int Edition = 1;

    private static RecordedCalls? _recorded;

    /// <summary>The root folder of the repository.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Writes a recording.</summary>
    /// <returns>The number of calls, or of events.</returns>
    public static long Generate(string format, long size, string path, ulong seed, string? from = null, string? template = null)
    {
        var recorded = from is null
            ? _recorded ??= RecordedCalls.Read(Path.Combine(Root, "tests/data/km-small.data.zst"))
            : RecordedCalls.Read(from);
        var dice = new Dice(seed);
        var dat = template ?? Path.Combine(Root, "benchmarks/data/function-tracer.dat.zst");
        return format switch
        {
            "counter" => FunctionTextWriter.WriteCounter(recorded, path, size, dice),
            "seconds" => FunctionTextWriter.WriteSeconds(recorded, path, size, dice),
            "graph" => FunctionGraphTextWriter.Write(recorded, path, size, dice),
            "edges" or "edges-chosen" => CollidingTextWriter.Write(path, size, dice, chosen: format == "edges-chosen"),
            "wide" => WideGraphTextWriter.Write(recorded, path, size, dice),
            "dat" or "dat-zstd" => TraceDatWriter.Write(
                recorded, new DatTemplate(dat), path, size, dice, format == "dat-zstd"),
            "dat-sched" => SchedulerDatWriter.Write(new DatTemplate(dat), path, size, dice),
            _ => throw new FormatException(
                $"There is no format '{format}'. The formats are counter, seconds, graph, wide, edges, edges-chosen, dat, dat-zstd and dat-sched."),
        };
    }

    /// <summary>A generated recording in a folder: the existing one if it has the same parameters, else a new one.</summary>
    public static GeneratedRecording Keep(string folder, string format, long size, ulong seed = 1)
    {
        var extension = format.StartsWith("dat", StringComparison.Ordinal) ? ".dat" : ".txt";
        var path = Path.Combine(folder, FormattableString.Invariant($"{format}-{size / 1_000_000}M{extension}"));
        var note = path + ".json";
        if (File.Exists(path) && File.Exists(note))
        {
            using var kept = JsonDocument.Parse(File.ReadAllText(note));
            var root = kept.RootElement;
            if (root.GetProperty("edition").GetInt32() == Edition && root.GetProperty("size").GetInt64() == size
                && root.GetProperty("seed").GetUInt64() == seed
                && root.GetProperty("bytes").GetInt64() == new FileInfo(path).Length)
                return new GeneratedRecording(path, format, root.GetProperty("bytes").GetInt64(),
                    root.GetProperty("calls").GetInt64());
        }
        Console.Error.WriteLine($"==> generating {path}");
        var calls = Generate(format, size, path, seed);
        var bytes = new FileInfo(path).Length;
        File.WriteAllText(note, JsonSerializer.Serialize(new { edition = Edition, format, size, seed, bytes, calls }));
        return new GeneratedRecording(path, format, bytes, calls);
    }

    /// <summary>Parses a number of bytes such as 20M; K, M and G are powers of 1000.</summary>
    public static long ParseSize(string text)
    {
        var (digits, unit) = text.Length > 0 && char.ToUpperInvariant(text[^1]) is var last && !char.IsDigit(last)
            ? (text[..^1], last switch
            {
                'K' => 1_000L,
                'M' => 1_000_000L,
                'G' => 1_000_000_000L,
                _ => throw new FormatException($"'{text}' is not a size."),
            })
            : (text, 1L);
        return checked((long)(double.Parse(digits, CultureInfo.InvariantCulture) * unit));
    }

    private static string FindRoot()
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder.TrimEnd('/')))
            if (File.Exists(Path.Combine(folder, "KernelMagnifier.slnx"))) return folder.TrimEnd('/');
        throw new InvalidOperationException("This program must be built inside the repository.");
    }
}
