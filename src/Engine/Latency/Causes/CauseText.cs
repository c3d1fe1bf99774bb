using System.Globalization;
using KernelMagnifier.Model;
using KernelMagnifier.Text;

namespace KernelMagnifier.Latency.Causes;

/// <summary>Causes in words.</summary>
internal static class CauseText
{
    // More shares make no sentence that anyone reads.
    private const int MostShares = 5;

    /// <summary>A share, such as <c>ksoftirqd/1 NET_RX</c> or <c>hog/4712</c>.</summary>
    public static string Of(CauseShare share) => share.Category switch
    {
        nameof(CauseCategory.Task) => Task(share.Name, share.ProcessId),
        nameof(CauseCategory.HardIrq) => $"interrupt {share.Name}",
        nameof(CauseCategory.SoftIrq) => share.ThreadComm is { } thread ? $"{thread} {share.Name}" : $"softirq {share.Name}",
        nameof(CauseCategory.IdleExit) => "idle exit",
        nameof(CauseCategory.Migration) => "migration",
        nameof(CauseCategory.Blocked) => $"blocked on {share.Name}",
        nameof(CauseCategory.Device) => $"device {share.Name}",
        nameof(CauseCategory.Running) => "running",
        _ => "unknown",
    };

    /// <summary>The causes of one interval as a sentence.</summary>
    public static string Sentence(LatencyCause cause, ClockUnit unit)
    {
        var subject = cause.Kind switch
        {
            nameof(IntervalKind.Wakeup) => "Wakeup of",
            nameof(IntervalKind.WakeupNew) => "First wakeup of",
            nameof(IntervalKind.Preempted) => "Preemption of",
            nameof(IntervalKind.OnCpu) => "Slice of",
            nameof(IntervalKind.Syscall) => $"System call {cause.Name ?? cause.Key} of",
            nameof(IntervalKind.WorkQueue) or nameof(IntervalKind.WorkRun) or nameof(IntervalKind.Call) => $"{cause.Kind} {cause.Key} of",
            _ => null,
        };
        var what = subject is null ? $"{cause.Kind} {cause.Key}" : $"{subject} {Task(cause.Comm, cause.ProcessId)}";
        var place = cause.Cpu is { } cpu ? $" on CPU {cpu}" : "";
        return string.Create(CultureInfo.InvariantCulture,
            $"{what.TrimEnd()} took {Length(cause.DurationNanoseconds, unit)}{place}: {List(cause.Shares, ", ", Details)}.");
    }

    /// <summary>The causes of many intervals as a sentence.</summary>
    /// <param name="cause">The causes.</param>
    /// <param name="above">What all intervals are longer than; null if there is no such limit.</param>
    /// <param name="unit">The unit of lengths.</param>
    public static string Sum(LatencyCause cause, long? above, ClockUnit unit)
    {
        var limit = above is { } length ? $" above {Length(length, unit)}" : "";
        var shares = cause.Shares;
        if (shares.Count == 0) return $"No time in {Count(cause.Kind, cause.Count)}{limit}.";
        var first = $"{Percent(shares[0].Percent)} of the time of {Count(cause.Kind, cause.Count)}{limit}: {Of(shares[0])}{Waker(shares[0])}";
        var others = shares.Count == 1 ? "" : $"; {List([.. shares.Skip(1)], "; ", Waker)}";
        return $"{first}{others}.";
    }

    private static string List(IReadOnlyList<CauseShare> shares, string separator, Func<CauseShare, string> details)
    {
        if (shares.Count == 0) return "no time";
        var parts = shares.Take(MostShares).Select(share => $"{Percent(share.Percent)} {Of(share)}{details(share)}").ToList();
        if (shares.Count > MostShares)
            parts.Add($"{Percent(shares.Skip(MostShares).Sum(share => share.Percent))} {DisplayText.Count(shares.Count - MostShares, "other")}");
        return string.Join(separator, parts);
    }

    private static string Details(CauseShare share) => share.Category switch
    {
        nameof(CauseCategory.Task) => share.Priority is { } priority
            ? $" (priority {priority.ToString(CultureInfo.InvariantCulture)}, {DisplayText.Count(share.Count, "slice")})"
            : $" ({DisplayText.Count(share.Count, "slice")})",
        _ => Waker(share),
    };

    private static string Waker(CauseShare share) => share.Category switch
    {
        nameof(CauseCategory.Blocked) when share.WakerComm is not null || share.Waker is > 0 => $" (woken by {Task(share.WakerComm, share.Waker)})",
        nameof(CauseCategory.Blocked) when In(share.WakerContext) is { Length: > 0 } context => $" (woken{context})",
        _ => "",
    };

    private static string In(string? context) => context switch
    {
        nameof(ExecutionContext.SoftIrq) => " in a softirq",
        nameof(ExecutionContext.HardIrq) or nameof(ExecutionContext.Nmi) => " in an interrupt",
        _ => "",
    };

    private static string Count(string? kind, long count) => DisplayText.Count(count, kind switch
    {
        nameof(IntervalKind.Wakeup) => "wake-up",
        nameof(IntervalKind.WakeupNew) => "first wake-up",
        nameof(IntervalKind.Preempted) => "preemption",
        nameof(IntervalKind.OnCpu) => "slice",
        nameof(IntervalKind.Syscall) => "system call",
        nameof(IntervalKind.Irq) or nameof(IntervalKind.IrqVector) => "interrupt",
        nameof(IntervalKind.SoftIrq) => "softirq",
        nameof(IntervalKind.Block) => "block request",
        nameof(IntervalKind.Call) => "call",
        _ => kind is null ? "interval" : $"{kind} interval",
    });

    private static string Task(string? comm, int? processId)
        => comm is null ? processId is { } pid ? string.Create(CultureInfo.InvariantCulture, $"pid {pid}") : "a task"
            : processId is { } known ? string.Create(CultureInfo.InvariantCulture, $"{comm}/{known}") : comm;

    private static string Length(long length, ClockUnit unit)
        => unit == ClockUnit.Counts ? $"{DurationText.OfCounts(length)} counts" : DurationText.Of(length);

    private static string Percent(double percent) => percent switch
    {
        >= 9.95 => string.Create(CultureInfo.InvariantCulture, $"{percent:0} %"),
        >= 0.05 => string.Create(CultureInfo.InvariantCulture, $"{percent:0.#} %"),
        _ => "<0.1 %",
    };
}
