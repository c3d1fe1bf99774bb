namespace KernelMagnifier.Comparison.Sampling;

/// <summary>Names recordings for people: the name of the file, or its path where several recordings have the same name.</summary>
internal sealed class RecordingNames
{
    private readonly HashSet<string> _ambiguous;

    /// <summary>Finds the names that are ambiguous.</summary>
    public RecordingNames(IEnumerable<TraceSample> samples)
        => _ambiguous = [.. samples.Select(sample => sample.Info.Path).Distinct(StringComparer.Ordinal)
            .GroupBy(NameOf, StringComparer.Ordinal).Where(paths => paths.Skip(1).Any()).Select(paths => paths.Key)];

    /// <summary>The name of a recording. Untrusted text.</summary>
    public string Of(TraceSample sample)
        => NameOf(sample.Info.Path) is var name && _ambiguous.Contains(name) ? sample.Info.Path : name;

    private static string NameOf(string path) => Path.GetFileName(path) is { Length: > 0 } name ? name : path;
}
