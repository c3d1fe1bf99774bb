using KernelMagnifier.Text;

namespace KernelMagnifier.Logs;

/// <summary>What became of a delivery to one target.</summary>
/// <param name="Target">The target.</param>
/// <param name="Delivered">The number of records that it took.</param>
/// <param name="Waiting">The number of records that wait in its spool.</param>
/// <param name="Dropped">The number of records that were dropped because the spool is full or the target refuses them.</param>
/// <param name="Problem">Why it does not take records, as a sentence; null if it does.</param>
internal sealed record LogDeliveryResult(LogTarget Target, long Delivered, long Waiting, long Dropped, string? Problem)
{
    /// <summary>What the user should know, as sentences; empty for nothing.</summary>
    public IEnumerable<string> Messages()
    {
        if (Dropped > 0) yield return $"{Target}: {DisplayText.Count(Dropped, "record")} {(Dropped == 1 ? "was" : "were")} dropped.";
        if (Problem is null) yield break;
        var waiting = Waiting == 0 ? "" : $" {DisplayText.Count(Waiting, "record")} {(Waiting == 1 ? "waits" : "wait")}.";
        yield return $"{Target}: {Problem}{waiting}";
    }
}
