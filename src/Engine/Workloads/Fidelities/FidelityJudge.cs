using System.Globalization;
using KernelMagnifier.Workloads.Histories;

namespace KernelMagnifier.Workloads.Fidelities;

/// <summary>Compares re-recordings of a workload with the original. docs/fidelity.md has the rules.</summary>
internal sealed class FidelityJudge
{
    private readonly List<FidelityFinding> _findings = [];
    private readonly FidelityPlan _plan;
    private readonly FidelityGroups _groups;
    private readonly FidelitySide _original;
    private readonly IReadOnlyList<FidelityRun> _all, _judged;
    private readonly IReadOnlyList<FidelitySide> _runs;
    private readonly bool _isStructureOnly;

    private FidelityJudge(FidelityPlan plan, TaskHistories original, IReadOnlyList<FidelityRun> runs)
    {
        (_plan, _all) = (plan, runs);
        _judged = [.. runs.Where(run => run.Histories is { HasScheduler: true })];
        _groups = FidelityGroups.Of(plan, original);
        _original = new FidelitySide(original, _groups.OfOriginal, _groups.IsOnce);
        _runs = [.. _judged.Select(run => new FidelitySide(
            run.Histories!, task => _groups.OfRun(task, run.Histories!.HasBlock), _groups.IsOnce))];
        _isStructureOnly = plan.IsStructureOnly || _judged.Any(run => run.IsEmulated != plan.IsEmulated);
    }

    /// <summary>Compares.</summary>
    /// <param name="plan">What is compared.</param>
    /// <param name="original">What the tasks of the original did.</param>
    /// <param name="runs">The re-recordings.</param>
    /// <param name="symptom">What became of the assertions on the original; empty if no symptom was given.</param>
    /// <exception cref="KernelMagnifierException">
    /// <see cref="ErrorCode.EventsNotRecorded"/>: the original has no activations. <see cref="ErrorCode.TaskNotFound"/>: none of
    /// the tasks is in it.
    /// </exception>
    public static Fidelity Judge(FidelityPlan plan, TaskHistories original, IReadOnlyList<FidelityRun> runs,
        IReadOnlyList<Comparison.TraceAssertion>? symptom = null)
    {
        if (!original.HasScheduler)
            throw new KernelMagnifierException(ErrorCode.EventsNotRecorded, original.Info.Path,
                "it does not have sched_switch and sched_waking or sched_wakeup, so nothing is known of its tasks.",
                "Record with the preset Scheduling.");
        var judge = new FidelityJudge(plan, original, runs);
        return judge.Result(symptom ?? []);
    }

    private Fidelity Result(IReadOnlyList<Comparison.TraceAssertion> symptom)
    {
        string[] names = [.. _groups.Names.Where(_original.Tasks.ContainsKey)];
        if (names.Length == 0)
            throw new KernelMagnifierException(ErrorCode.TaskNotFound, _original.Info.Path,
                "none of the tasks to compare is in the recording.",
                "Name tasks that it has, or give the workload that was made of it.");
        Certainty();
        FidelityTask[] tasks = [];
        double? coverage = null;
        IReadOnlyList<string> missing = [], extra = [];
        if (_runs.Count > 0)
        {
            tasks = Tasks(names);
            var edges = new EdgeJudge(_original, _runs);
            edges.Judge();
            _findings.AddRange(edges.Findings);
            (coverage, missing, extra) = (edges.Coverage, edges.Missing, edges.Extra);
        }
        var symptomRuns = symptom.Count > 0 ? Symptom(symptom) : null;
        var verdict = _findings.Count == 0 ? FidelityVerdict.Faithful : _findings.Max(finding => finding.Verdict);
        return new Fidelity
        {
            Verdict = verdict.ToString(), Reasons = [.. Reasons(verdict, names.Length)], Reference = _original.Info.Path,
            Recordings = [.. _all.Select(run => run.Recording).OfType<string>()], Runs = _judged.Count,
            SymptomRuns = symptomRuns, IsStructureOnly = _isStructureOnly, Tasks = tasks, EdgeCoverage = coverage,
            MissingEdges = missing, ExtraEdges = extra,
        };
    }

    private FidelityTask[] Tasks(string[] names)
    {
        TaskJudge[] judges = [.. names.Select(name => new TaskJudge(name, _original, _runs, _isStructureOnly)
        { IsOnce = _groups.IsOnce(name), IsIo = _groups.IsIo(name) && HasBlock, IsCalibrated = _plan.Workload is not null })];
        var tasks = Array.ConvertAll(judges, judge => judge.Judge());
        // What others wake is slower on slower CPUs; its rate is compared with that of the others.
        if (_isStructureOnly && Scale(judges) is { } scale) tasks = Array.ConvertAll(judges, judge => judge.Judge(scale));
        foreach (var judge in judges) _findings.AddRange(judge.Findings);
        if (!Array.Exists(judges, judge => judge.HasEvidence))
            _findings.Add(new FidelityFinding(FidelityVerdict.Partial, "No task did enough to be compared."));
        return tasks;
    }

    /// <summary>Whether all recordings have events of block requests.</summary>
    private bool HasBlock => _original.HasBlock && _runs.All(run => run.HasBlock);

    private static double? Scale(TaskJudge[] judges)
    {
        double[] ratios = [.. judges.Select(judge => judge.ClosedRatio).OfType<double>().Order()];
        return ratios.Length > 1 ? ratios[ratios.Length / 2] : null;
    }

    /// <summary>What makes the data uncertain: runs without a recording, losses.</summary>
    private void Certainty()
    {
        foreach (var run in _all)
            if (run.Histories is not { HasScheduler: true })
                _findings.Add(new FidelityFinding(FidelityVerdict.Partial,
                    run.Problem ?? $"{run.Recording} does not have sched_switch and wake-up events, so it is not judged."));
        if (_judged.Count == 0)
            _findings.Add(new FidelityFinding(FidelityVerdict.NotReproduced, "No run has a recording that can be judged."));
        foreach (var side in _runs.Prepend(_original))
        {
            if (!side.Info.IsComplete)
                _findings.Add(new FidelityFinding(FidelityVerdict.Partial,
                    $"{side.Info.Path} is damaged or cut, so events are missing."));
            var lost = side.Info.LostEvents;
            if (side.Info.LostEventsIsMinimum || lost > FidelityThresholds.Losses * (side.Info.Events + side.Info.Calls + lost))
                _findings.Add(new FidelityFinding(FidelityVerdict.Partial, string.Create(CultureInfo.InvariantCulture,
                    $"{side.Info.Path} lost {(side.Info.LostEventsIsMinimum ? "at least " : "")}{lost:N0} events, "
                    + $"so its counts are uncertain.")));
        }
    }

    /// <summary>In how many runs the symptom came back: an assertion that fails on the original fails.</summary>
    private int? Symptom(IReadOnlyList<Comparison.TraceAssertion> original)
    {
        int[] failed = [.. Enumerable.Range(0, original.Count).Where(i => original[i].Outcome == "Failed")];
        if (failed.Length == 0)
        {
            var one = original[0];
            _findings.Add(new FidelityFinding(FidelityVerdict.Partial,
                $"The original does not show the symptom: {one.Subject} is "
                + $"{one.Found}, and {one.Expected} is expected{(one.Passed ? "" : ", which is undecided")}."));
            return null;
        }
        var back = _judged.Count(run => failed.Any(i => i < run.Symptom.Count && run.Symptom[i].Outcome == "Failed"));
        var open = _judged.Count(run => failed.All(i => i >= run.Symptom.Count || run.Symptom[i].Outcome != "Failed")
            && failed.Any(i => i >= run.Symptom.Count || run.Symptom[i].Outcome == "Undecided"));
        var needed = FidelityThresholds.NeededRuns(_judged.Count);
        if (_judged.Count == 0 || back >= needed) return back;
        var what = string.Join(" and ", failed.Select(i => original[i].Subject).Distinct());
        _findings.Add(back + open >= needed
            ? new FidelityFinding(FidelityVerdict.Partial, string.Create(CultureInfo.InvariantCulture,
                $"Whether the symptom came back is undecided in {open} of {_judged.Count} runs: {Undecided(failed)}"))
            : new FidelityFinding(FidelityVerdict.NotReproduced, string.Create(CultureInfo.InvariantCulture,
                $"The symptom came back in {back} of {_judged.Count} runs, and at least {needed} are needed: {what}.")));
        return back;
    }

    private string Undecided(int[] failed)
        => _judged.SelectMany(run => failed.Where(i => i < run.Symptom.Count).Select(i => run.Symptom[i]))
            .FirstOrDefault(assertion => assertion.Outcome == "Undecided")?.Evidence ?? "The assertion was not checked.";

    private IEnumerable<string> Reasons(FidelityVerdict verdict, int tasks)
    {
        foreach (var finding in _findings.OrderByDescending(finding => finding.Verdict)) yield return finding.Text;
        if (verdict == FidelityVerdict.Faithful)
            yield return string.Create(CultureInfo.InvariantCulture, $"{Subject(tasks)} in {_judged.Count} "
                + $"{(_judged.Count == 1 ? "run" : "runs")}.");
        if (_isStructureOnly)
            yield return _plan.IsStructureOnly
                ? "Only the structure was compared, as requested: run lengths and latencies were not judged."
                : "Only the structure was compared, because the CPUs of one side are emulated: "
                    + "run lengths and latencies mean nothing.";
        string[] once = [.. _groups.Names.Where(_groups.IsOnce).Where(_original.Tasks.ContainsKey)];
        if (once.Length > 0)
            yield return $"The load generator cannot create tasks: of {string.Join(", ", once)}, the number, the times and the "
                + "run time were compared, not who creates them.";
        if (HasBlock && _groups.Names.FirstOrDefault(_groups.IsIo) is { } io)
            yield return $"fio makes the block requests of {io}: these were compared, not its wake-ups and run lengths.";
        if (_runs.FirstOrDefault(run => run.Cpus != _original.Cpus) is { } other)
            yield return string.Create(CultureInfo.InvariantCulture,
                $"The original has events of {_original.Cpus} CPUs, and {other.Info.Path} of {other.Cpus}.");
    }

    private string Subject(int tasks)
    {
        var what = _isStructureOnly ? "woken and wake each other" : "woken, run and wake each other";
        if (tasks == 1 && HasBlock && _groups.Names.Any(_groups.IsIo)) return "The task reads and writes as in the original";
        return tasks == 1 ? $"The task is {(_isStructureOnly ? "woken" : "woken and runs")} as in the original"
            : string.Create(CultureInfo.InvariantCulture, $"All {tasks} tasks are {what} as in the original");
    }
}
