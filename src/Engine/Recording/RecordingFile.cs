using System.Reflection;

namespace KernelMagnifier.Capture;

/// <summary>What became of the parts.</summary>
internal sealed record Finished(IReadOnlyList<RecordingCpu> PerCpu, long Bytes);

/// <summary>Makes the result of the parts, for a recorder at its end and for one that recovers another's.</summary>
internal static class RecordingFile
{
    /// <summary>Who writes: in the file's VERSION option.</summary>
    public static string Version { get; } = "kernel-magnifier " + (typeof(RecordingFile).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "");

    /// <summary>Completes a trace.dat in the first part's file.</summary>
    /// <param name="plan">The recording.</param>
    /// <param name="files">The open parts.</param>
    /// <param name="metadata">The open file of <see cref="TraceDatWriter.WriteKernel"/>.</param>
    /// <param name="statistics">Per recorded CPU, <c>CPU: n</c> and the kernel's counts.</param>
    /// <param name="commandLines">Names of tasks.</param>
    /// <param name="counted">Count the events in the pages instead of taking the kernel's word: pages may be missing.</param>
    /// <param name="lostBehind">Per recorded CPU, of the lost events those behind what is in the file; null when everything was drained.</param>
    /// <param name="packInto">An open file to pack everything into; negative for the first part's own, unpacked.</param>
    public static Finished Complete(RecordingPlan plan, IReadOnlyList<int> files, int metadata, IReadOnlyList<string> statistics, byte[] commandLines, bool counted, IReadOnlyList<long>? lostBehind = null, int packInto = -1)
    {
        // Events are counted in the parts: packed pages would have to be unpacked again for it.
        var inPages = counted ? Count(plan, files) : [];
        var packed = packInto >= 0;
        var (file, kernel) = (Duplicate(packed ? packInto : files[0]), Duplicate(metadata));
        using var result = OutputPlace.Stream(file);
        using var facts = OutputPlace.Stream(kernel);
        var data = packed ? Assembly.Pack(plan, files, result, KernelFacts.PossibleCpus) : Assembly.Join(plan, files, KernelFacts.PossibleCpus);
        TraceDatWriter.Complete(result, plan, data, facts, new TraceDatEnd
        {
            CommandLines = commandLines,
            TraceClock = ClockList(plan),
            Uname = KernelFacts.Uname,
            Version = Version,
            CpuStatistics = statistics,
            BuildIds = plan.Boot == RecordingPlan.ThisBoot ? KernelFacts.BuildIds() : "",
        }, packed);
        var perCpu = new List<RecordingCpu>();
        for (var i = 0; i < plan.Parts.Count; i++)
        {
            var found = counted ? inPages[i] : default;
            var told = i < statistics.Count ? CpuCounts.Parse(statistics[i]) : found;
            perCpu.Add(new RecordingCpu(plan.Parts[i].Cpu, counted ? found.Read : told.Read, Math.Max(told.Lost - (lostBehind?[i] ?? 0), found.Lost), data[plan.Parts[i].Cpu].Size));
        }
        return new Finished([.. perCpu.OrderBy(c => c.Cpu)], result.Length);
    }

    private static List<CpuCounts> Count(RecordingPlan plan, IReadOnlyList<int> files)
    {
        var counts = new List<CpuCounts>();
        for (var i = 0; i < files.Count; i++)
        {
            using var part = OutputPlace.Stream(Duplicate(files[i]));
            counts.Add(CpuCounts.OfPages(part, plan.Parts[i].Start, part.Length - plan.Parts[i].Start, plan.PageSize));
        }
        return counts;
    }

    /// <summary>The clocks with the chosen one in brackets, as <c>trace_clock</c> shows them.</summary>
    private static string ClockList(RecordingPlan plan)
    {
        var all = (new TraceFs(plan.TraceFs).TryRead("trace_clock") ?? plan.Clock).Replace("[", "", StringComparison.Ordinal).Replace("]", "", StringComparison.Ordinal);
        return string.Join(' ', all.Split(' ').Select(c => c == plan.Clock ? $"[{c}]" : c));
    }

    private static int Duplicate(int file)
    {
        var copy = LibC.Duplicate(file);
        return copy >= 0 ? copy : throw new IOException(LibC.Describe(-copy));
    }
}
