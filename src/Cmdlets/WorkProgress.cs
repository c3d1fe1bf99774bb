using System.Management.Automation;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Cmdlets;

/// <summary>Progress records for work that takes over a second: a percentage, and the time left where it can be told.</summary>
internal sealed class WorkProgress(Cmdlet cmdlet, string activity)
{
    private readonly long _started = Environment.TickCount64;
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private readonly int _id = activity.GetHashCode(StringComparison.Ordinal) & int.MaxValue;
    private bool _shown;

    /// <summary>Says how far a reading is.</summary>
    public void Report(TraceProgress progress)
        => Report(progress.Total > 0 ? (int)Math.Clamp(progress.Done * 100 / progress.Total, 0, 100) : -1,
            progress.Total > 0 ? $"{Size(progress.Done)} of {Size(progress.Total)}" : progress.Done > 0 ? Size(progress.Done) : "reading");

    /// <summary>Says how far other work is.</summary>
    public void Report(int percent, string what)
    {
        // Only the pipeline's own thread may write; what another says is lost, not fatal.
        if (Environment.CurrentManagedThreadId != _thread) return;
        var passed = Environment.TickCount64 - _started;
        if (passed < 1000) return;
        // A new record each time: the progress stream keeps every one.
        cmdlet.WriteProgress(new ProgressRecord(_id, activity, what)
        {
            PercentComplete = percent, SecondsRemaining = percent is > 0 and < 100 ? (int)(passed * (100 - percent) / percent / 1000) : -1,
        });
        _shown = true;
    }

    /// <summary>Takes the bar away.</summary>
    public void Done()
    {
        if (!_shown) return;
        cmdlet.WriteProgress(new ProgressRecord(_id, activity, " ") { RecordType = ProgressRecordType.Completed });
    }

    private static string Size(long bytes) => bytes < 10_000_000 ? $"{bytes / 1e6:0.0} MB" : $"{bytes / 1e6:0} MB";
}
