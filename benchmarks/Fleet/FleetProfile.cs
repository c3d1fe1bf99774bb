using System.Globalization;
using KernelMagnifier.Benchmarks.Generation;

namespace KernelMagnifier.Benchmarks.Fleet;

/// <summary>The distributions of a recording, as benchmarks/fleet-profile.py learned them.</summary>
internal sealed class FleetProfile
{
    private const int Slots = 1 << 14;

    private readonly short[] _slots = new short[Slots];

    private FleetProfile(FleetClass[] classes, FleetEdge[] edges)
    {
        (Classes, Edges) = (classes, edges);
        var weight = classes.Sum(one => (long)one.Weight);
        var (slot, passed) = (0, 0L);
        for (var i = 0; i < classes.Length; i++)
        {
            passed += classes[i].Weight;
            while (slot < Slots && slot * weight < passed * Slots) _slots[slot++] = (short)i;
        }
    }

    /// <summary>The classes of intervals.</summary>
    public IReadOnlyList<FleetClass> Classes { get; }

    /// <summary>The call edges.</summary>
    public IReadOnlyList<FleetEdge> Edges { get; }

    /// <summary>Reads the files of benchmarks/data.</summary>
    public static FleetProfile Load(string folder)
    {
        var lines = File.ReadAllLines(Path.Combine(folder, "fleet-profile.tsv"));
        var shares = lines[0].Split('\t')[9..].Select(name => double.Parse(name[1..], CultureInfo.InvariantCulture)).ToArray();
        var edges = File.ReadLines(Path.Combine(folder, "fleet-edges.tsv")).Skip(1).Select(line => line.Split('\t'))
            .Select(fields => new FleetEdge(fields[0], fields[1], Number(fields[2]), Number(fields[3]), Number(fields[4])));
        return new FleetProfile([.. lines.Skip(1).Select(line => new FleetClass(line.Split('\t'), shares))], [.. edges]);
    }

    /// <summary>A class, as often as it is in the recording.</summary>
    public int Choose(Dice dice) => _slots[dice.Below(Slots)];

    /// <summary>The place of a class.</summary>
    public int Find(string kind, string key)
        => Classes.Index().First(one => one.Item.Kind == kind && (one.Item.Key == key || one.Item.Name == key)).Index;

    private static long Number(string field) => long.Parse(field, CultureInfo.InvariantCulture);
}
