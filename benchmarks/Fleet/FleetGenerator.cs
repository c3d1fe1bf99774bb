using System.Globalization;
using System.Text.Json;

namespace KernelMagnifier.Benchmarks.Fleet;

/// <summary>
/// Writes the dataset of a fleet of any size, with planted answers. The same arguments always make the same rows.
/// </summary>
internal static class FleetGenerator
{
    /// <summary>Runs <c>fleet DIR</c>.</summary>
    public static int Run(string folder, IReadOnlyDictionary<string, string> options)
    {
        long Option(string name, long otherwise)
            => options.TryGetValue(name, out var text) ? long.Parse(text, CultureInfo.InvariantCulture) : otherwise;
        var plan = new FleetPlan((int)Option("hosts", 20), (int)Option("days", 2), (int)Option("recordings", 3),
            Option("intervals", 300_000), (ulong)Option("seed", 1));
        var profile = FleetProfile.Load(options.GetValueOrDefault("profile", Path.Combine("benchmarks", "data")));
        var isText = options.GetValueOrDefault("format") == "tsv";
        var writer = new FleetWriter(profile, (recording, table) => Open(folder, recording, table, isText));
        Parallel.ForEach(plan.All(), new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, writer.Write);
        var truths = JsonSerializer.Serialize(plan.Truths.Describe(plan.Days));
        File.WriteAllText(Path.Combine(folder, "truths.json"), truths + "\n");
        Console.WriteLine(truths);
        return 0;
    }

    private static FleetRows Open(string folder, FleetRecording recording, string table, bool isText)
    {
        var path = Path.Combine(folder, table, "host=" + recording.Host, "recording=" + recording.Name);
        Directory.CreateDirectory(path);
        path = Path.Combine(path, recording.Name + (isText ? ".tsv" : ".parquet"));
        return isText ? new TabSeparatedRows(path) : new ParquetRows(path, table, recording.Host, recording.Name);
    }
}
