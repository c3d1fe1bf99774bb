namespace KernelMagnifier.Latency;

/// <summary>Decides the self-checks of a recording.</summary>
/// <param name="accounts">What became of every start and every end.</param>
/// <param name="isLossy">Whether events were lost.</param>
/// <param name="hasEndedTasks">Whether events of ended tasks are in no interval.</param>
internal sealed class SelfChecks(
    IReadOnlyDictionary<IntervalKind, IntervalAccount> accounts, bool isLossy, bool hasEndedTasks = false)
{
    private const string Lost = "events were lost";

    private static readonly IntervalKind[] Handlers =
        [IntervalKind.Irq, IntervalKind.IrqVector, IntervalKind.SoftIrq, IntervalKind.Timer, IntervalKind.HrTimer];

    /// <summary>The checks.</summary>
    /// <param name="cpus">What was found on each CPU.</param>
    /// <param name="unbalanced">The tasks that were not switched in and out in turn.</param>
    /// <param name="tasks">The tasks that were switched.</param>
    /// <param name="equal">The events with the same time as the one before, of another CPU.</param>
    public IEnumerable<SelfCheck> Of(SortedDictionary<int, CpuCheck> cpus, long unbalanced, long tasks, long equal)
        => All(cpus, unbalanced, tasks, equal).Select(check => hasEndedTasks && check.Name is not ("TimesAscend" or "Accounts")
            ? check with
            {
                Passed = null, Expected = null, Found = null, Reason = "events of tasks that had ended are in no interval",
            }
            : check);

    private IEnumerable<SelfCheck> All(SortedDictionary<int, CpuCheck> cpus, long unbalanced, long tasks, long equal)
    {
        foreach (var (number, cpu) in cpus)
            yield return Zero("TimesAscend", "No event is earlier than the one before it on its CPU.", number, cpu.Descending, "events");
        foreach (var (number, cpu) in cpus)
            if (cpu.HasSwitch)
                yield return new SelfCheck("CpuTime", "The time of tasks and of the idle task is the time from the first to the last "
                    + "switch, without the gaps of lost events.", number, cpu.Observed == cpu.Accounted, cpu.Observed, cpu.Accounted,
                    "ns");
        if (tasks > 0)
        {
            yield return Zero("SwitchChain", "The task that leaves a CPU is the one that came.", null,
                Sum(a => a.Mismatched, IntervalKind.OnCpu, IntervalKind.Idle), "switches");
            yield return Lossless("SwitchBalance", "Each task is switched in and out in turn.", unbalanced, "tasks");
        }
        if (accounts.TryGetValue(IntervalKind.Wakeup, out var wakeups) && wakeups.Starts > 0)
            yield return new SelfCheck("WakeupPairs", "A task that is woken runs before it is woken again. Events of two CPUs at the "
                + "same time can be in any order.", null, isLossy ? null : wakeups.Superseded <= equal, isLossy ? null : equal,
                isLossy ? null : wakeups.Superseded, "wake-ups")
            { Reason = isLossy ? Lost : null };
        if (accounts.TryGetValue(IntervalKind.Syscall, out var calls) && calls.Starts > 0)
            yield return Lossless("SyscallPairs", "A system call returns before its task enters another one.",
                calls.Superseded + calls.Mismatched, "system calls");
        if (Array.Exists(Handlers, accounts.ContainsKey))
            yield return Lossless("HandlerPairs", "A handler ends before it starts again on its CPU.",
                Sum(a => a.Superseded + a.Mismatched, Handlers), "handlers");
        if (accounts.ContainsKey(IntervalKind.Irq) || accounts.ContainsKey(IntervalKind.IrqVector))
            yield return Zero("InterruptNesting", "The innermost handler of an interrupt ends first.", null,
                cpus.Values.Sum(cpu => cpu.NotNested), "handlers");
        if (accounts.Count > 0)
            yield return Zero("Accounts", "Each start and each end of an interval is accounted for once.", null,
                accounts.Count(a => !Holds(a.Key, a.Value)), "kinds");
    }

    private static bool Holds(IntervalKind kind, IntervalAccount account)
    {
        var starts = account.Count + account.Uncertain + account.Negative + account.NoWait + account.Superseded
            + account.NeverReturned + account.Mismatched + account.OpenAtEnd;
        // A slice that does not belong to the next switch has no end.
        var mismatched = kind is IntervalKind.OnCpu or IntervalKind.Idle ? 0 : account.Mismatched;
        return account.Starts == starts
            && account.Ends == account.Count + account.UncertainEnds + account.Negative + mismatched + account.UnmatchedEnds;
    }

    private long Sum(Func<IntervalAccount, long> term, params ReadOnlySpan<IntervalKind> kinds)
    {
        var sum = 0L;
        foreach (var kind in kinds)
            if (accounts.TryGetValue(kind, out var account))
                sum += term(account);
        return sum;
    }

    private static SelfCheck Zero(string name, string rule, int? cpu, long found, string unit)
        => new(name, rule, cpu, found == 0, 0, found, unit);

    /// <summary>A check that a loss makes impossible.</summary>
    private SelfCheck Lossless(string name, string rule, long found, string unit)
        => isLossy ? new(name, rule, null, null, null, null, unit) { Reason = Lost } : Zero(name, rule, null, found, unit);
}
