using KernelMagnifier.Latency.Paths;
using KernelMagnifier.Model;
using KernelMagnifier.Traces;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Rendering.Profiles;

/// <summary>Writes critical paths into a timeline, beside the kernel events and calls of their recordings.</summary>
internal static class PathProfile
{
    /// <summary>The extensions of files that hold critical paths.</summary>
    public static IReadOnlyList<string> Extensions { get; } =
        [.. ProfileFormats.OfStacks.Where(f => f.Value is ProfileFormats.Perfetto or ProfileFormats.ChromeTrace).Select(f => f.Key)];

    /// <summary>Reads the recordings of the segments again and writes them with the paths. The file appears complete or not at all.</summary>
    /// <param name="path">The file. Its extension is one of <see cref="Extensions"/>; .json has no kernel events.</param>
    /// <param name="segments">The segments of one or several paths, each in time order.</param>
    /// <param name="title">The title; null for the names of the recordings.</param>
    /// <param name="force">Whether an existing file is replaced.</param>
    /// <param name="options">How to read the recordings.</param>
    /// <param name="cancel">Cancels the export.</param>
    /// <exception cref="KernelMagnifierException">
    /// <see cref="ErrorCode.FormatUnknown"/>: the extension is not one of them; or a recording cannot be read, or the file cannot be
    /// written.
    /// </exception>
    public static ProfileExport Write(
        string path, IReadOnlyList<PathSegment> segments, string? title, bool force, TraceReadOptions? options = null,
        CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(segments);
        if (ProfileFormats.Of(path) is not (ProfileFormats.Perfetto or ProfileFormats.ChromeTrace))
            throw FileFormat.Unknown(path, Path.GetExtension(path), Extensions);
        var sources = segments.Select(s => s.Origin?.Source).OfType<TraceSource>().DistinctBy(s => s.Path).ToList();
        if (sources.Find(source => source.Path == "-") is not null)
            throw new KernelMagnifierException(ErrorCode.TraceNotFound, "standard input",
                "the recording of the path came from standard input, which cannot be read again.", "Give the recording as a file.");
        using var writer = ProfileWriter.Create(
            path, title, ProfileWeight.Auto, force, [.. sources.SelectMany(source => source.Inputs)], cancel);
        foreach (var source in sources)
        {
            using var reader = TraceFile.Open(source.Path, options);
            reader.ReadOnce((TraceSink?)writer.Events ?? writer, null, null, cancel);
        }
        foreach (var one in PathSlices.Paths(segments)) writer.Add(one);
        return writer.Commit();
    }
}
