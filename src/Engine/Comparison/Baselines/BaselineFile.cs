using KernelMagnifier.Comparison.Sampling;
using KernelMagnifier.Files;

namespace KernelMagnifier.Comparison.Baselines;

/// <summary>
/// The file of a baseline: JSON with one latency, edge or contribution per line, in a fixed order, so that two versions of it are
/// easy to compare. docs/formats/baseline.md describes it.
/// </summary>
internal static class BaselineFile
{
    /// <summary>The name of the format, which is the first property.</summary>
    public const string Schema = "kernel-magnifier-baseline";

    /// <summary>The version of the format.</summary>
    public const int Version = 1;

    private static readonly JsonFileFormat Format = new()
    {
        Schema = Schema, Noun = "baseline", Expected = "A baseline is expected, as it was saved of recordings.",
        // A baseline of a hundred recordings with 5,000 edges each has 100 MB. Even its numbers have names, and rows longer ones.
        Largest = 256 << 20, Deepest = 8, LeastPerToken = 4,
        Codes = (ErrorCode.BaselineNotFound, ErrorCode.BaselineNotPermitted, ErrorCode.BaselineUnreadable),
    };

    /// <summary>Whether a file begins as a baseline does. False for one that cannot be read, which others report.</summary>
    public static bool IsBaseline(string path) => Format.Is(path);

    /// <summary>Reads a baseline.</summary>
    /// <exception cref="KernelMagnifierException">The file cannot be read, or is not a baseline.</exception>
    public static TraceBaseline Read(string path, CancellationToken cancel = default)
    {
        var bytes = Format.Bytes(path);
        cancel.ThrowIfCancellationRequested();
        return Format.Parse(bytes, path, root => BaselineReader.Read(root, path), cancel);
    }

    /// <summary>Writes a baseline.</summary>
    /// <exception cref="KernelMagnifierException">The file cannot be written.</exception>
    public static void Write(SamplePlan plan, IReadOnlyList<TraceSample> samples, OutputFile file)
    {
        try
        {
            BaselineWriter.Write(plan, samples, DateTimeOffset.UtcNow, file.Stream);
        }
        catch (IOException error)
        {
            throw OutputFile.NotWritten(file.TemporaryPath, error);
        }
    }
}
