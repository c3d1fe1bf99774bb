using System.Reflection;
using KernelMagnifier.Files;
using KernelMagnifier.Native;

namespace KernelMagnifier.Recording;

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
    /// <param name="joining">See <see cref="PartJoiner.Join"/>: what was noted, and where to note it.</param>
    public static Finished Complete(RecordingPlan plan, IReadOnlyList<int> files, int metadata, IReadOnlyList<string> statistics, byte[] commandLines, bool counted,
        IReadOnlyList<long>? lostBehind = null, (IReadOnlyList<long>? Begun, Action<IReadOnlyList<long>>? Note) joining = default)
    {
        using var result = OutputPlace.Stream(Duplicate(files[0]));
        var data = PartJoiner.Join(plan, files, KernelFacts.PossibleCpus, joining.Begun, joining.Note);
        var inPages = counted ? plan.Parts.Select(p => data[p.Cpu]).Select(d => CpuCounts.OfPages(result, d.Offset, d.Size, plan.PageSize)).ToList() : [];
        return Complete(plan, result, data, metadata, statistics, commandLines, inPages, lostBehind, false);
    }

    /// <summary>Makes a packed trace.dat in a file of its own; the parts stay as they are, whatever comes.</summary>
    /// <exception cref="IOException">It could not be written.</exception>
    public static Finished Pack(RecordingPlan plan, IReadOnlyList<int> files, int metadata, IReadOnlyList<string> statistics, byte[] commandLines, bool counted,
        IReadOnlyList<long>? lostBehind, int packInto, Func<bool> hasRoom)
    {
        // Events are counted in the parts: packed pages would have to be unpacked again for it.
        var inPages = counted ? Count(plan, files) : [];
        using var result = OutputPlace.Stream(Duplicate(packInto));
        var data = PartJoiner.Pack(plan, files, result, KernelFacts.PossibleCpus, hasRoom);
        return Complete(plan, result, data, metadata, statistics, commandLines, inPages, lostBehind, true);
    }

    private static Finished Complete(RecordingPlan plan, FileStream result, List<CpuData> data, int metadata, IReadOnlyList<string> statistics, byte[] commandLines,
        List<CpuCounts> inPages, IReadOnlyList<long>? lostBehind, bool packed)
    {
        using var facts = OutputPlace.Stream(Duplicate(metadata));
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
            var counted = inPages.Count > 0;
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
