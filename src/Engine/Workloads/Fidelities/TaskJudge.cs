using System.Globalization;
using KernelMagnifier.Text;

namespace KernelMagnifier.Workloads.Fidelities;

/// <summary>Compares one group of tasks.</summary>
/// <param name="name">The group.</param>
/// <param name="original">The original.</param>
/// <param name="runs">The re-recordings.</param>
/// <param name="isStructureOnly">Whether times of emulated CPUs mean nothing.</param>
internal sealed class TaskJudge(string name, FidelitySide original, IReadOnlyList<FidelitySide> runs, bool isStructureOnly)
{
    private static readonly double[] _outer = [0.1, 0.9];

    private readonly List<FidelityFinding> _findings = [];
    private readonly SideTask _before = original.Tasks[name];
    private readonly (FidelitySide Side, SideTask Task)[] _after =
        [.. runs.Where(run => run.Tasks.ContainsKey(name)).Select(run => (run, run.Tasks[name]))];

    /// <summary>Whether the workload says that the tasks began and ended: timers start them in a run, whatever created
    /// them.</summary>
    public bool IsOnce { get; init; }

    /// <summary>Whether fio stands for the tasks: their requests are compared, and no wake-ups, which are its own.</summary>
    public bool IsIo { get; init; }

    /// <summary>Whether a workload was run, of which run lengths are calibrated: they are as long on slow CPUs.</summary>
    public bool IsCalibrated { get; init; }

    /// <summary>What was found.</summary>
    public IReadOnlyList<FidelityFinding> Findings => _findings;

    /// <summary>Whether there is enough of the task on both sides to compare.</summary>
    public bool HasEvidence { get; private set; }

    /// <summary>By what the rate of a task that others wake has changed; null of other tasks.</summary>
    public double? ClosedRatio
        => !_before.IsOpen && !IsOnce && !IsIo && HasEvidence ? Ratio(Rate(original, _before), Median(Rate)) : null;

    /// <summary>Whether the task has a period: most times between its wake-ups are about the same.</summary>
    private bool IsRegular => SideTask.Quantile(_before.Intervals, 0.5) is { } median
        && SideTask.Quantile(_before.Intervals, 0.1) * FidelityThresholds.Regular >= median
        && SideTask.Quantile(_before.Intervals, 0.9) <= median * FidelityThresholds.Regular;

    private double? BeforeShare => original.Window > 0 ? (double)_before.Run / original.Window : null;

    private double? AfterShare => Median((side, task) => side.Window > 0 ? (double)task.Run / side.Window : null);

    /// <summary>Compares it.</summary>
    /// <param name="closedScale">By what the rates of tasks that others wake have changed on the whole; null if it does not
    /// matter.</param>
    public FidelityTask Judge(double? closedScale = null)
    {
        _findings.Clear();
        Presence();
        if (_after.Length > 0) Compare(closedScale);
        return new FidelityTask
        {
            Comm = name, Verdict = Worst().ToString(),
            Rate = Rate(original, _before), RunRate = Median(Rate), ArrivalDistance = Distance(),
            IntervalNanoseconds = Whole(SideTask.Quantile(_before.Intervals, 0.5)),
            RunIntervalNanoseconds = Whole(Median((_, task) => SideTask.Quantile(task.Intervals, 0.5))),
            RunP50Ratio = QuantileRatio(task => task.Runs, 0.5), RunP90Ratio = QuantileRatio(task => task.Runs, 0.9),
            CpuShare = BeforeShare, RunCpuShare = AfterShare,
            MigrationRate = Migrations(original, _before), RunMigrationRate = Median(Migrations),
            Note = _findings.Count == 0 ? null
                : string.Join(' ', _findings.OrderByDescending(finding => finding.Verdict).Select(finding => finding.Text)),
        };
    }

    private FidelityVerdict Worst()
        => _findings.Count == 0 ? FidelityVerdict.Faithful : _findings.Max(finding => finding.Verdict);

    private void Presence()
    {
        if (_after.Length == runs.Count) return;
        var verdict = _after.Length * 2 > runs.Count ? FidelityVerdict.Partial : FidelityVerdict.NotReproduced;
        Add(verdict, string.Create(CultureInfo.InvariantCulture,
            $"{name} did not run in {runs.Count - _after.Length} of {runs.Count} runs."));
    }

    private void Compare(double? closedScale)
    {
        var least = Math.Min(_before.Activations, Median((_, task) => task.Activations) ?? 0);
        HasEvidence = Requests("Read") | Requests("Write");
        if (IsIo && HasEvidence) return;
        HasEvidence |= least >= FidelityThresholds.LeastCount;
        if (least >= FidelityThresholds.LeastCount)
        {
            if (!isStructureOnly || _before.IsOpen || IsOnce) Arrivals();
            else if (IsCalibrated) ClosedPeriod();
            Rates(closedScale);
            if (!isStructureOnly)
            {
                RunLengths(0.5, "median run length");
                RunLengths(0.9, "run length that 90 % do not exceed");
                Moves();
            }
        }
        HasEvidence |= Cpu();
        if (!HasEvidence) TooLittle(least);
    }

    /// <summary>Compares the block requests of one kind. True if there are enough to show something.</summary>
    private bool Requests(string operation)
    {
        var before = _before.Requests(operation);
        if (before.Count < FidelityThresholds.LeastCount || _after.Any(run => !run.Side.HasBlock)) return false;
        Requests(operation, "bytes", requests => requests.Bytes);
        Requests(operation, "times", requests => requests.Bursts);
        return true;
    }

    private void Requests(string operation, string what, Func<SideRequests, long> number)
    {
        var after = Median((side, task) => side.PerSecond(number(task.Requests(operation))));
        if (original.PerSecond(number(_before.Requests(operation))) is not { } before
            || Ratio(before, after) is not { } ratio || !IsBeyond(ratio, FidelityThresholds.OtherPeriod)) return;
        Add(IsBeyond(ratio, FidelityThresholds.Factor) ? FidelityVerdict.NotReproduced : FidelityVerdict.Partial,
            string.Create(CultureInfo.InvariantCulture,
            $"{name} {operation.ToLowerInvariant()}s {after:N0} {what} a second instead of {before:N0}."));
    }

    private void TooLittle(double least)
    {
        var isLight = BeforeShare < FidelityThresholds.Weight
            && _before.Activations < original.Tasks.Values.Sum(task => task.Activations) * FidelityThresholds.Weight;
        if (isLight && _after.Length > 0) return;
        Add(FidelityVerdict.Partial, string.Create(CultureInfo.InvariantCulture,
            $"{name} was woken {least:N0} times only: too few to compare, at least {FidelityThresholds.LeastCount} are needed."));
    }

    private void Arrivals()
    {
        var ratio = QuantileRatio(task => task.Intervals, 0.5);
        var mean = Ratio(SideTask.Mean(_before.Intervals), Median((_, task) => SideTask.Mean(task.Intervals)));
        if (ratio is not { } median || mean is not { } average) return;
        // The median of irregular intervals differs more from one recording to the next.
        var factor = IsRegular ? FidelityThresholds.OtherPeriod : FidelityThresholds.Factor;
        if (IsBeyond(median, factor) && IsBeyond(average, factor) && median > 1 == average > 1)
            Add(FidelityVerdict.NotReproduced, $"{name} has another {(IsRegular ? "period" : "rate")}: the median time between "
                + $"its wake-ups is {Length(Median((_, task) => SideTask.Quantile(task.Intervals, 0.5)))} instead of "
                + $"{Length(SideTask.Quantile(_before.Intervals, 0.5))}.");
        else if (!AreArrivalsAlike(median))
            Add(FidelityVerdict.Partial, string.Create(CultureInfo.InvariantCulture,
                $"{name} is woken at other intervals: the Kolmogorov–Smirnov distance is {Distance():0.00}, the medians are "
                + $"{Length(SideTask.Quantile(_before.Intervals, 0.5))} and ")
                + $"{Length(Median((_, task) => SideTask.Quantile(task.Intervals, 0.5)))}.");
    }

    /// <summary>
    /// The period of tasks that wake each other depends on the CPUs, so only a very different one shows another load.
    /// </summary>
    private void ClosedPeriod()
    {
        var (before, after) = (SideTask.Quantile(_before.Intervals, 0.5),
            Median((_, task) => SideTask.Quantile(task.Intervals, 0.5)));
        if (before is not { } was || after is not { } now || !IsFar(was, now) && !IsFar(now, was)) return;
        Add(FidelityVerdict.NotReproduced, $"{name} has another rate: the median time between its wake-ups is {Length(now)} "
            + $"instead of {Length(was)}, more than the speed of CPUs explains.");

        static bool IsFar(double less, double more)
            => more > (FidelityThresholds.ClosedPeriod * less) + FidelityThresholds.WakeUpNanoseconds;
    }

    /// <summary>
    /// Whether the times between wake-ups are alike. The distance of two periods that are nearly the same is large, so the
    /// quantiles decide where it does not.
    /// </summary>
    private bool AreArrivalsAlike(double median)
    {
        if (!isStructureOnly && Distance() <= FidelityThresholds.ArrivalDistance) return true;
        if (IsBeyond(median, 1 + FidelityThresholds.Period)) return false;
        return isStructureOnly || Array.TrueForAll(_outer, quantile
            => QuantileRatio(task => task.Intervals, quantile) is not { } ratio
                || !IsBeyond(ratio, FidelityThresholds.OtherPeriod));
    }

    private void Rates(double? closedScale)
    {
        var isRelative = isStructureOnly && !_before.IsOpen && !IsOnce;
        if (isRelative && closedScale is not > 0) return;
        if (Ratio(Rate(original, _before), Median(Rate)) is not { } ratio) return;
        if (isRelative) ratio /= closedScale!.Value;
        if (!IsBeyond(ratio, FidelityThresholds.Factor)) return;
        Add(FidelityVerdict.Partial, string.Create(CultureInfo.InvariantCulture,
            $"{name} is woken {ratio:0.##} times as often"
            + $"{(isRelative ? " as in the original, in relation to the other tasks" : "")}."));
    }

    private void RunLengths(double quantile, string what)
    {
        var (before, after) = (SideTask.Quantile(_before.Runs, quantile),
            Median((_, task) => SideTask.Quantile(task.Runs, quantile)));
        if (Ratio(before, after) is not { } ratio || !IsBeyond(ratio, FidelityThresholds.Factor)
            || Math.Abs(after!.Value - before!.Value) <= FidelityThresholds.RunNanoseconds) return;
        Add(FidelityVerdict.Partial, $"{name} runs otherwise: its {what} is {Length(after)} instead of {Length(before)}.");
    }

    /// <summary>Compares the CPU shares. True if they are large enough to show something.</summary>
    private bool Cpu()
    {
        if (BeforeShare is not { } before || AfterShare is not { } after) return false;
        var isEvidence = Math.Min(before, after) >= FidelityThresholds.Weight;
        var difference = Math.Abs(after - before);
        // The speed of emulated CPUs is another one.
        var isAlike = isStructureOnly ? !isEvidence || _before.Activations >= FidelityThresholds.LeastCount
                || !IsBeyond(after / before, FidelityThresholds.Factor)
            : difference <= FidelityThresholds.CpuPoints || difference <= FidelityThresholds.CpuShare * before;
        if (!isAlike)
            Add(FidelityVerdict.Partial, string.Create(CultureInfo.InvariantCulture,
                $"{name} takes {after * 100:0.#} % of a CPU instead of {before * 100:0.#} %."));
        return isEvidence;
    }

    private void Moves()
    {
        if (Migrations(original, _before) is not { } before || Median(Migrations) is not { } after
            || Math.Abs(after - before) <= FidelityThresholds.Migrations) return;
        Add(FidelityVerdict.Partial, string.Create(CultureInfo.InvariantCulture,
            $"{name} moves to another CPU {after:0.##} times for each activation instead of {before:0.##} times."));
    }

    private void Add(FidelityVerdict verdict, string text) => _findings.Add(new FidelityFinding(verdict, text));

    private double? Distance() => Median((_, task) => KolmogorovSmirnov.Distance(_before.Intervals, task.Intervals));

    private double? QuantileRatio(Func<SideTask, long[]> values, double quantile)
        => Ratio(SideTask.Quantile(values(_before), quantile), Median((_, task) => SideTask.Quantile(values(task), quantile)));

    private double? Median(Func<FidelitySide, SideTask, double?> number)
    {
        double[] values = [.. _after.Select(run => number(run.Side, run.Task)).OfType<double>().Order()];
        return values.Length == 0 ? null : (values[(values.Length - 1) / 2] + values[values.Length / 2]) / 2;
    }

    private static double? Rate(FidelitySide side, SideTask task) => side.PerSecond(task.Activations);

    private static double? Migrations(FidelitySide side, SideTask task)
        => task.Activations > 0 ? (double)task.Migrations / task.Activations : null;

    private static double? Ratio(double? before, double? after) => before > 0 && after is { } value ? value / before : null;

    private static bool IsBeyond(double ratio, double factor) => ratio > factor || ratio * factor < 1;

    private static long? Whole(double? value) => value is { } number ? (long)Math.Round(number) : null;

    private static string Length(double? nanoseconds) => nanoseconds is { } value ? DurationText.Of((decimal)value) : "unknown";
}
