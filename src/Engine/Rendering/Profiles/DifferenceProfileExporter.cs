using KernelMagnifier.Comparison;
using KernelMagnifier.Files;
using KernelMagnifier.Model;
using KernelMagnifier.Text;
using KernelMagnifier.Traces;

namespace KernelMagnifier.Rendering.Profiles;

/// <summary>
/// Writes the stacks of both sides of a comparison in the folded format with two columns, which flamegraph.pl draws as a
/// difference: <c>frame;frame before after</c>. The recordings are read again, because a comparison keeps no stacks.
/// </summary>
internal static class DifferenceProfileExporter
{
    /// <summary>The extension.</summary>
    public const string Extension = ".folded";

    /// <summary>Writes the stacks. The file appears complete or not at all.</summary>
    /// <param name="comparison">The recordings of both sides.</param>
    /// <param name="path">The file. It ends with <see cref="Extension"/>.</param>
    /// <param name="options">How to weight the stacks.</param>
    /// <param name="progress">Receives the current step and the progress in per cent.</param>
    /// <param name="cancel">Cancels the export; nothing is left behind.</param>
    /// <exception cref="KernelMagnifierException">
    /// A recording cannot be read again, as standard input and a baseline cannot, or is another one now; a side has no calls, or
    /// no durations to weight by; or the file cannot be written.
    /// </exception>
    public static ProfileExport Export(
        TraceComparison comparison, string path, DifferenceProfileOptions options, Action<string, int>? progress = null,
        CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(comparison);
        ArgumentNullException.ThrowIfNull(options);
        if (!path.EndsWith(Extension, StringComparison.OrdinalIgnoreCase))
            throw FileFormat.Unknown(path, Path.GetExtension(path), [Extension]);
        IReadOnlyList<InputIdentity> inputs =
            [.. TraceInfo.InputsOf(comparison.Before), .. TraceInfo.InputsOf(comparison.After), .. options.Inputs];
        OutputFile.Check(path, options.Force, inputs);
        var all = comparison.Before.Count + comparison.After.Count;
        var before = Read(comparison.Before, options,
            (done, name) => progress?.Invoke($"Reading {name}", 90 * done / all), cancel);
        var after = Read(comparison.After, options,
            (done, name) => progress?.Invoke($"Reading {name}", 90 * (comparison.Before.Count + done) / all), cancel);
        var byTime = options.Weight == ProfileWeight.Time;
        if (byTime && !(before.HasTime && after.HasTime))
        {
            throw new KernelMagnifierException(ErrorCode.NoDurations, path,
                "The calls of a side have no durations, because its recordings have no returns, so stacks cannot be "
                + "weighted by time.",
                "Record with the function_graph tracer, or weight stacks by calls.");
        }
        progress?.Invoke("Writing", 95);
        using var file = OutputFile.Create(path, options.Force, inputs, cancel);
        try
        {
            var stacks = new DifferenceFolded(before, after, byTime).Write(file.Stream, options.Normalize);
            file.Commit();
            return new ProfileExport(path, "folded stacks, two columns", before.Calls + after.Calls, stacks,
                before.IsRebuilt || after.IsRebuilt, Note(comparison, before, after, options));
        }
        catch (IOException error)
        {
            throw OutputFile.NotWritten(path, error);
        }
    }

    private static StackProfile Read(
        IReadOnlyList<TraceInfo> traces, DifferenceProfileOptions options, Action<int, string> step, CancellationToken cancel)
    {
        // Process ids differ between recordings.
        var profile = new StackProfile { TasksByName = true };
        for (var i = 0; i < traces.Count; i++)
        {
            var trace = traces[i];
            step(i, trace.Path);
            if (trace.Path == "-" && options.Open is null)
                throw new KernelMagnifierException(ErrorCode.TraceUnreadable, "standard input",
                    "it cannot be read again, which its stacks need.", "Compare files.");
            using var reader = options.Open?.Invoke(trace) ?? TraceFile.Open(trace.Path);
            var info = reader.ReadOnce(profile, null, null, cancel);
            if (info.Calls != trace.Calls)
            {
                throw new KernelMagnifierException(ErrorCode.TraceUnreadable, trace.Path,
                    $"it has {DisplayText.Count(info.Calls, "call")} now and had {DisplayText.Number(trace.Calls)} when it was "
                    + "compared.", "Compare the recordings again.");
            }
        }
        profile.Complete();
        return profile.Calls > 0 ? profile : throw new KernelMagnifierException(ErrorCode.TraceUnreadable,
            RecordingTitle.Names(traces), "a side of the comparison has no calls, so it has no stacks.",
            "Compare recordings of the function or function_graph tracer.");
    }

    private static string Note(
        TraceComparison comparison, StackProfile before, StackProfile after, DifferenceProfileOptions options)
    {
        var what = options.Weight == ProfileWeight.Time ? "nanoseconds of self time" : "calls";
        var scale = options.Normalize ? $"the column before is scaled to the total of the column after"
            : $"both columns are {what} as counted, not per {comparison.Per}";
        var note = $"{char.ToUpperInvariant(scale[0])}{scale[1..]}: {DisplayText.Count(before.Calls, "call")} before, "
            + $"{DisplayText.Number(after.Calls)} after.";
        var rebuilt = before.IsRebuilt || after.IsRebuilt
            ? " Stacks are rebuilt from callers, because a recording has no returns: they are likely, not certain." : "";
        return note + rebuilt;
    }
}
