using System.Management.Automation;
using KernelMagnifier.Text;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Cmdlets;

/// <summary>
/// Writes progress records for work that takes more than a second, with the percentage and the remaining time where they are
/// known.
/// </summary>
internal sealed class WorkProgress(Cmdlet cmdlet, string activity)
{
    private readonly string _activity = TerminalText.Escape(activity);
    private readonly bool _isPossible = IsPossible(cmdlet);
    private readonly long _started = Environment.TickCount64;
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private readonly int _id = activity.GetHashCode(StringComparison.Ordinal) & int.MaxValue;
    private bool _shown;

    /// <summary>Reports the progress of a reading.</summary>
    public void Report(TraceProgress progress)
        => Report(progress.Total > 0 ? (int)Math.Clamp(progress.Done * 100 / progress.Total, 0, 100) : -1,
            progress.Total > 0 ? $"{Size(progress.Done)} of {Size(progress.Total)}"
            : progress.Done > 0 ? Size(progress.Done) : "reading");

    /// <summary>Reports the progress of other work.</summary>
    /// <param name="percent">The percentage; -1 if it is not known.</param>
    /// <param name="step">The current step.</param>
    /// <param name="isSlow">Whether it is known to take more than a second, so that it is shown at once.</param>
    public void Report(int percent, string step, bool isSlow = false)
    {
        // PowerShell accepts output only on the thread of the pipeline. Reports from other threads are dropped.
        if (Environment.CurrentManagedThreadId != _thread) return;
        var passed = Environment.TickCount64 - _started;
        if ((passed < 1000 && !isSlow) || !_isPossible) return;
        // A new record each time, because the progress stream keeps a reference to each.
        cmdlet.WriteProgress(new ProgressRecord(_id, _activity, TerminalText.Escape(step))
        {
            PercentComplete = percent,
            SecondsRemaining = percent is > 0 and < 100 ? (int)(passed * (100 - percent) / percent / 1000) : -1,
        });
        _shown = true;
    }

    /// <summary>Removes the progress bar.</summary>
    public void Done()
    {
        if (!_shown) return;
        cmdlet.WriteProgress(new ProgressRecord(_id, _activity, " ") { RecordType = ProgressRecordType.Completed });
    }

    /// <summary>
    /// Whether progress can be shown. To draw it, the console of PowerShell asks the terminal for the position of the cursor, and
    /// waits seconds for the answer that a dumb terminal never gives.
    /// </summary>
    public static bool IsPossible(Cmdlet cmdlet)
        => Environment.GetEnvironmentVariable("TERM") is not (null or "" or "dumb")
            || cmdlet.CommandRuntime.Host?.Name != "ConsoleHost";

    private static string Size(long bytes) => bytes < 10_000_000 ? $"{bytes / 1e6:0.0} MB" : $"{bytes / 1e6:0} MB";
}
