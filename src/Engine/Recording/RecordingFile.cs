using System.Reflection;

namespace KernelMagnifier.Recording;

/// <summary>
/// Makes a trace.dat of the files of a recording, for the recorder itself and for one that recovers the recording of another.
/// </summary>
internal static class RecordingFile
{
    /// <summary>Name and version of this program, for the VERSION option.</summary>
    public static string Version { get; } = "kernel-magnifier "
        + typeof(RecordingFile).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion
            .Split('+')[0];

    /// <summary>Completes the first part as the result.</summary>
    /// <param name="files">The files of the recording.</param>
    /// <param name="facts">What is known about the recording.</param>
    /// <param name="resumedSizes">See <see cref="PartJoiner.Join"/>.</param>
    /// <param name="note">See <see cref="PartJoiner.Join"/>.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static CompletedFile Complete(RecordingFiles files, RecordingFacts facts, IReadOnlyList<long>? resumedSizes = null,
        Action<IReadOnlyList<long>>? note = null)
    {
        using var result = files.OpenPart(0);
        var plan = files.Plan;
        var pages = PartJoiner.Join(files, resumedSizes, note);
        List<CpuStats> counts = facts.CountsEvents
            ? [.. plan.Parts.Select(p => pages[p.Cpu]).Select(p => DrainedPages.Count(result, p.Offset, p.Size, plan.PageSize))]
            : [];
        return Write(files, facts, result, pages, counts, compressed: false);
    }

    /// <summary>Writes a compressed result to another file. The parts stay as they are.</summary>
    /// <param name="files">The files of the recording.</param>
    /// <param name="facts">What is known about the recording.</param>
    /// <param name="target">The descriptor of the file.</param>
    /// <param name="hasRoom">Whether there is room to continue.</param>
    /// <exception cref="IOException">The file cannot be written, or there is no room.</exception>
    public static CompletedFile Compress(RecordingFiles files, RecordingFacts facts, int target, Func<bool> hasRoom)
    {
        // Events are counted in the parts, where the pages are not compressed.
        List<CpuStats> counts = facts.CountsEvents ? [.. files.Plan.Parts.Select((_, i) => CountPart(files, i))] : [];
        using var result = RecordingFiles.OpenStream(target);
        var pages = PageCompressor.Compress(files, result, hasRoom);
        return Write(files, facts, result, pages, counts, compressed: true);
    }

    private static CpuStats CountPart(RecordingFiles files, int part)
    {
        using var pages = files.OpenPart(part);
        return DrainedPages.Count(pages, files.Plan.Parts[part].Start, files.PageBytes(part), files.Plan.PageSize);
    }

    private static CompletedFile Write(RecordingFiles files, RecordingFacts facts, FileStream result, List<CpuPages> pages,
        List<CpuStats> counts, bool compressed)
    {
        var plan = files.Plan;
        using var metadata = files.OpenMetadata();
        TraceDatWriter.Complete(result, plan, pages, metadata, new TraceDatTrailer
        {
            TaskNames = facts.TaskNames,
            TraceClock = ClockList(plan),
            Uname = KernelFacts.Uname,
            Version = Version,
            Statistics = facts.Statistics,
            BuildIds = plan.Boot == RecordingPlan.ThisBoot ? KernelFacts.BuildIds() : "",
        }, compressed);
        var perCpu = new List<RecordingCpu>();
        for (var i = 0; i < plan.Parts.Count; i++)
        {
            var cpu = plan.Parts[i].Cpu;
            var counted = counts.Count > 0 ? counts[i] : default;
            var kernel = i < facts.Statistics.Count ? facts.Statistics[i].Counts : counted;
            var lost = Math.Max(kernel.Lost - (facts.LostAfterEnd?[i] ?? 0), counted.Lost);
            perCpu.Add(new RecordingCpu(cpu, counts.Count > 0 ? counted.Read : kernel.Read, lost, pages[cpu].Size));
        }
        return new CompletedFile([.. perCpu.OrderBy(c => c.Cpu)], result.Length);
    }

    /// <summary>The clocks with the used one in brackets, as <c>trace_clock</c> lists them.</summary>
    private static string ClockList(RecordingPlan plan)
    {
        var clocks = TraceFs.Choices(new TraceFs(plan.TraceFs).TryRead("trace_clock") ?? plan.Clock);
        return string.Join(' ', clocks.Select(c => c == plan.Clock ? $"[{c}]" : c));
    }
}
