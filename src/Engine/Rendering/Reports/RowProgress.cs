using KernelMagnifier.Text;

namespace KernelMagnifier.Rendering.Reports;

/// <summary>Reports the progress of writing rows and checks for cancellation, once every 4,096 rows.</summary>
internal sealed class RowProgress(CallReport report, Action<string, int>? progress, CancellationToken cancel)
{
    private const int Every = 4096;

    private readonly long _all = Math.Max(1, report.Sections.Sum(s => (long)s.Count));
    private long _done;

    /// <summary>Counts a row.</summary>
    public void Row()
    {
        if (++_done % Every != 0) return;
        cancel.ThrowIfCancellationRequested();
        progress?.Invoke($"{DisplayText.Number(_done)} of {DisplayText.Number(_all)} rows", (int)(_done * 100 / _all));
    }
}
