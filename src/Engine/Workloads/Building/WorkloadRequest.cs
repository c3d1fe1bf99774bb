using System.Globalization;
using KernelMagnifier.Text;
using KernelMagnifier.Traces.Reading;
using KernelMagnifier.Workloads.Histories;

namespace KernelMagnifier.Workloads.Building;

/// <summary>What workload is made of a recording.</summary>
internal sealed record WorkloadRequest
{
    /// <summary>The least factor of run lengths.</summary>
    public const double LeastScale = 0.001;

    /// <summary>The largest factor of run lengths.</summary>
    public const double MostScale = 1000;

    /// <summary>The names or patterns of the tasks; empty for all.</summary>
    public IReadOnlyList<string> Comm { get; init; } = [];

    /// <summary>The names or patterns of tasks to leave out.</summary>
    public IReadOnlyList<string> ExcludeComm { get; init; } = [];

    /// <summary>The pids of the tasks; empty for all.</summary>
    public IReadOnlyList<int> ProcessId { get; init; } = [];

    /// <summary>The begin, in seconds or counts of the trace clock; null for that of the recording.</summary>
    public double? Since { get; init; }

    /// <summary>The end; null for that of the recording.</summary>
    public double? Until { get; init; }

    /// <summary>By what run lengths are multiplied.</summary>
    public double CpuScale { get; init; } = 1;

    /// <summary>Reads a recording and makes its workload.</summary>
    /// <param name="reader">The recording.</param>
    /// <param name="nameOf">How the user names a property of this, such as -Comm.</param>
    /// <param name="warn">Takes what the user should know, as sentences.</param>
    /// <param name="cancel">Ends the reading early.</param>
    public Workload Read(TraceReader reader, Func<string, string> nameOf, Action<string> warn, CancellationToken cancel)
    {
        var histories = HistoryReading.Read(reader, Since, Until, cancel);
        var selection = new WorkloadSelection(Comm, ExcludeComm, ProcessId);
        var workload = WorkloadBuilder.Build(histories, selection, CpuScale);
        var names = histories.Tasks.Values.Select(task => task.Comm).OfType<string>().Distinct().ToArray();
        foreach (var (property, value) in selection.Unmatched) warn(Unmatched(nameOf(property), value, names));
        if (workload.Tasks.Count == 0)
            warn($"{reader.Source.Path}: no selected task of a program ran in that time.");
        if (!histories.HasInterrupts)
            warn("The recording has no events of interrupts, so run lengths contain their handlers. "
                + "Record the preset Interrupts as well.");
        else if (!histories.HasTimers)
            warn("The recording has no events of timers, so wake-ups by them count as interrupts. "
                + "Record the preset Interrupts as a whole.");
        return workload;
    }

    private static string Unmatched(string option, string value, string[] names)
    {
        var close = Suggestion.For(value, names);
        var also = close.Count > 0
            && !int.TryParse(value, CultureInfo.InvariantCulture, out _) ? $" Did you mean {string.Join(" or ", close)}?" : "";
        return $"{option} {value} matches no task of the recording.{also}";
    }
}
