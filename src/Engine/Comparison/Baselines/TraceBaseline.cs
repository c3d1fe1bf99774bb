using System.Globalization;
using KernelMagnifier.Comparison.Sampling;
using KernelMagnifier.Files;
using KernelMagnifier.Latency;
using KernelMagnifier.Model;
using KernelMagnifier.Text;

namespace KernelMagnifier.Comparison.Baselines;

/// <summary>What a comparison needs of some recordings, in a small file: they can be compared with after they are gone.</summary>
public sealed class TraceBaseline
{
    internal TraceBaseline(SamplePlan plan, IReadOnlyList<TraceSample> samples) => (Plan, Samples) = (plan, samples);

    /// <summary>The name of the file without its folder and extension. Untrusted text.</summary>
    public string Name => System.IO.Path.GetFileNameWithoutExtension(Path);

    /// <summary>The file.</summary>
    public string Path { get; internal init; } = "";

    /// <summary>When it was made, in UTC.</summary>
    public DateTimeOffset Created { get; internal init; }

    /// <summary>The version of the format.</summary>
    public int Version { get; internal init; } = BaselineFile.Version;

    /// <summary>The releases of the recorded kernels; null if no recording contains one.</summary>
    public string? KernelRelease
    {
        get
        {
            string[] releases = [.. Samples.Select(sample => sample.Info.KernelRelease).OfType<string>().Distinct()];
            return releases.Length == 0 ? null : string.Join(", ", releases);
        }
    }

    /// <summary>The paths of the recordings. Untrusted text.</summary>
    public IReadOnlyList<string> Recordings => [.. Samples.Select(sample => sample.Info.Path)];

    /// <summary>The kinds that it has, among them <c>Call</c>.</summary>
    public IReadOnlyList<string> Kinds
        => [.. Samples.SelectMany(sample => sample.Latencies.Select(latency => latency.Kind))
            .Concat(Samples.Where(sample => sample.Calls.Count > 0).Select(_ => IntervalKind.Call))
            .Distinct().Order().Select(kind => kind.ToString())];

    /// <summary>What its latencies are measured by, as the names of <see cref="LatencyGrouping"/>.</summary>
    public string By => Plan.By.ToString();

    /// <summary>The observed time of all CPUs and recordings in seconds; null if it is not known.</summary>
    public double? ObservedSeconds => Samples.All(sample => sample.Info.Unit == ClockUnit.Nanoseconds && sample.ObservedSeconds is not null)
        ? Math.Round(Samples.Sum(sample => sample.ObservedSeconds!.Value), 9) : null;

    /// <summary>The number of intervals of all kinds and recordings.</summary>
    public long Intervals => Samples.Sum(sample => sample.Latencies.Sum(latency => latency.Count));

    /// <summary>The number of calls in all recordings.</summary>
    public long Calls => Samples.Sum(sample => sample.Calls.Sum(call => call.Count));

    /// <summary>The number of lost events in all recordings.</summary>
    public long LostEvents => Samples.Sum(sample => sample.Info.LostEvents);

    /// <summary>What was kept of the recordings.</summary>
    internal SamplePlan Plan { get; }

    /// <summary>The recordings.</summary>
    internal IReadOnlyList<TraceSample> Samples { get; }

    /// <summary>The file itself, which an output must not replace.</summary>
    internal IReadOnlyList<InputIdentity> Inputs { get; init; } = [];

    /// <inheritdoc/>
    public override string ToString() => TerminalText.Escape(string.Create(CultureInfo.InvariantCulture,
        $"{Name}: {Samples.Count} recordings of {KernelRelease ?? "an unknown kernel"}, {Intervals} intervals, {Calls} calls"));
}
