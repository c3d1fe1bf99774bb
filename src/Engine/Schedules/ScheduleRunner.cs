using System.Globalization;
using KernelMagnifier.Logs;
using KernelMagnifier.Measuring;

namespace KernelMagnifier.Schedules;

/// <summary>Makes the runs of schedules. Every run leaves a record, whatever becomes of it.</summary>
/// <param name="place">The directories and tools.</param>
/// <remarks>
/// A run claims its number and the id of its record in the state before it begins, and clears that mark after its record is
/// delivered. Whoever finds the mark later knows that the run died: in the same boot, it writes the record in its place, with the
/// same id, so that a receiver which has the run's own record sees a copy. If the machine went down, the number stays missing.
/// </remarks>
internal sealed class ScheduleRunner(SchedulePlace place)
{
    /// <summary>So many runs over the budget, one after the other, suspend a schedule.</summary>
    public const int MostOverruns = 3;

    private readonly ScheduleStore _store = new(place);

    /// <summary>The directories and tools.</summary>
    public SchedulePlace Place => place;

    /// <summary>Makes a run and delivers its record.</summary>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.ScheduleNotFound"/>.</exception>
    public (Measurement Record, IReadOnlyList<LogDeliveryResult> Deliveries) Run(string name, CancellationToken cancel)
    {
        var schedule = _store.Read(name);
        if (!TryBegin(name, out var mark, out var problem)) return Skip(schedule);
        using (mark)
        {
            if (problem is not null) return Unclaimed(schedule, problem);
            RecordKilled(schedule, "signal", isSameBoot: true);
            var run = Claim(schedule, out var suspension, out var warnings);
            if (run is null) return Unclaimed(schedule, warnings[0]);
            var record = suspension is null ? Measure(schedule, run, cancel, out var isOverrun)
                : Record(schedule, run, ScheduleRecords.Suspended, suspension.Reason, out isOverrun);
            record = Number(record, schedule, run) with { Warnings = [.. record.Warnings, .. warnings] };
            var deliveries = Deliver(schedule, record, cancel);
            return (record, [.. deliveries, .. Conclude(schedule, run, record, isOverrun, cancel)]);
        }
    }

    /// <summary>
    /// Called when the scheduler says that a run has ended. If the run was killed, it writes the record that the run could not.
    /// </summary>
    /// <param name="name">The schedule.</param>
    /// <param name="result">Why it ended, as systemd names it in <c>$SERVICE_RESULT</c>, or <c>kill</c> for a SIGKILL that may
    /// be that of timeout(1).</param>
    /// <returns>The record that was written; null if the run has written one.</returns>
    public Measurement? Finish(string name, string result)
    {
        var schedule = _store.Read(name);
        // Somebody else's run goes on, such as one by hand.
        if (!TryBegin(name, out var mark, out _)) return null;
        using (mark)
        {
            if (result == "kill") result = WhyKilled(schedule);
            if (RecordKilled(schedule, result, isSameBoot: false) is { } record) return record;
            if (ScheduleRecords.IsOverrun(result)) CountEnded(schedule, result);
            return null;
        }
    }

    /// <summary>timeout(1) sends SIGKILL after the time of the run is over; before, it was somebody else.</summary>
    private string WhyKilled(ScheduleDefinition schedule)
    {
        var state = _store.State(schedule.Name);
        var elapsed = place.Now() - (state.Running?.Start ?? state.Last?.Start);
        return elapsed >= ScheduleTimes.Limit(schedule.Plan) ? "timeout" : "signal";
    }

    private bool TryBegin(string name, out IDisposable? mark, out string? problem)
    {
        (mark, problem) = (null, null);
        try
        {
            return (mark = _store.BeginRun(name)) is not null;
        }
        catch (KernelMagnifierException error)
        {
            problem = error.Message;
            return true;
        }
    }

    /// <summary>Claims the number of a run; null if the state cannot be written.</summary>
    private StartedRun? Claim(ScheduleDefinition schedule, out ScheduleSuspension? suspension, out List<string> warnings)
    {
        List<string> notes = [];
        (suspension, warnings) = (null, notes);
        try
        {
            var (run, suspended) = _store.Update(schedule.Name, (state, problem) =>
            {
                if (problem is not null) notes.Add(problem);
                if (state.Running is { } lost)
                    notes.Add(string.Create(CultureInfo.InvariantCulture,
                        $"Run {lost.Sequence} of {lost.Start.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC left no record: "
                        + $"the machine went down."));
                var claimed = new StartedRun(
                    Guid.NewGuid(), state.Epoch, state.NextSequence, place.Now(), place.Boot, Environment.ProcessId);
                return (state with { NextSequence = state.NextSequence + 1, Running = claimed }, (claimed, state.Suspension));
            });
            suspension = suspended;
            return run;
        }
        catch (KernelMagnifierException error)
        {
            notes.Insert(0, error.Message);
            return null;
        }
    }

    private Measurement Measure(ScheduleDefinition schedule, StartedRun run, CancellationToken cancel, out bool isOverrun)
    {
        isOverrun = false;
        try
        {
            return place.Measure(schedule.Plan with { DedicatedProcess = true }, cancel) with { Id = run.Id };
        }
        catch (OperationCanceledException)
        {
            return Record(schedule, run, ScheduleRecords.Failed,
                "the run was ended by a signal, such as that of its time limit or of a shutdown.", out _);
        }
        catch (KernelMagnifierException error)
        {
            isOverrun = error.Code == ErrorCode.MeasurementOverBudget;
            var status = error.Code == ErrorCode.MeasurementBusy ? ScheduleRecords.Skipped : ScheduleRecords.Failed;
            return Record(schedule, run, status,
                error.Target is null ? error.Cause : $"{error.Target}: {error.Cause}", out _);
        }
#pragma warning disable CA1031 // Whatever it is: a run that says nothing is worse.
        catch (Exception error)
#pragma warning restore CA1031
        {
            return Record(schedule, run, ScheduleRecords.Failed,
                $"this is a defect: {error.GetType().Name}: {error.Message}", out _);
        }
    }

    private static Measurement Record(
        ScheduleDefinition schedule, StartedRun run, string status, string reason, out bool isOverrun)
    {
        isOverrun = false;
        return ScheduleRecords.Of(schedule, run.Id, run.Start, status, reason);
    }

    private static Measurement Number(Measurement record, ScheduleDefinition schedule, StartedRun run)
        => record with { Schedule = schedule.Name, Epoch = run.Epoch, Sequence = run.Sequence };

    /// <summary>A run whose predecessor goes on.</summary>
    private (Measurement Record, IReadOnlyList<LogDeliveryResult> Deliveries) Skip(ScheduleDefinition schedule)
    {
        const string Reason = "the run before goes on.";
        var (epoch, sequence) = _store.Update(schedule.Name, (state, _)
            => (state with { NextSequence = state.NextSequence + 1 }, (state.Epoch, state.NextSequence)));
        var record = ScheduleRecords.Of(schedule, Guid.NewGuid(), place.Now(), ScheduleRecords.Skipped, Reason)
            with { Epoch = epoch, Sequence = sequence };
        return (record, Deliver(schedule, record, default));
    }

    /// <summary>A run that could not claim a number. It does not measure: nobody would know if it were killed.</summary>
    private (Measurement Record, IReadOnlyList<LogDeliveryResult> Deliveries) Unclaimed(
        ScheduleDefinition schedule, string problem)
    {
        var record = ScheduleRecords.Of(schedule, Guid.NewGuid(), place.Now(), ScheduleRecords.Failed, problem);
        return (record, Deliver(schedule, record, default));
    }

    /// <summary>Writes the record of a run that was killed and could not.</summary>
    /// <param name="schedule">The schedule.</param>
    /// <param name="result">Why the run ended.</param>
    /// <param name="isSameBoot">Only if it began in this boot.</param>
    /// <returns>The record; null if there is no such run.</returns>
    private Measurement? RecordKilled(ScheduleDefinition schedule, string result, bool isSameBoot)
    {
        var state = _store.State(schedule.Name);
        if (state.Running is not { } run || (isSameBoot && run.Boot != place.Boot)) return null;
        var record = Number(Record(schedule, run, ScheduleRecords.Failed, ScheduleRecords.WhyEnded(result, schedule), out _),
            schedule, run);
        Deliver(schedule, record, default);
        Conclude(schedule, run, record, ScheduleRecords.IsOverrun(result), default);
        return record;
    }

    /// <summary>Counts a run that has left its record, and was ended by the scheduler because it was over its limit.</summary>
    private void CountEnded(ScheduleDefinition schedule, string result)
    {
        var isCounted = _store.Update(schedule.Name, (state, _)
            => state.Last is { IsOverrun: false } last
                ? (state with { Last = last with { IsOverrun = true }, Overruns = state.Overruns + 1 }, true) : (state, false));
        if (isCounted) Watch(schedule, ScheduleRecords.WhyEnded(result, schedule), default);
    }

    /// <summary>Clears the mark of a run, counts it, and suspends the schedule if it is one too many.</summary>
    private IReadOnlyList<LogDeliveryResult> Conclude(
        ScheduleDefinition schedule, StartedRun run, Measurement record, bool isOverrun, CancellationToken cancel)
    {
        _ = _store.Update(schedule.Name, (state, _) => (state with
        {
            Running = null, Last = new EndedRun(run.Sequence, run.Start, record.Status, isOverrun),
            Overruns = isOverrun ? state.Overruns + 1 : record.Status == ScheduleRecords.Completed ? 0 : state.Overruns,
        }, 0));
        return isOverrun ? Watch(schedule, record.Reason ?? "", cancel) : [];
    }

    /// <summary>Suspends a schedule after the last of too many runs over the budget, and says so in a record.</summary>
    private IReadOnlyList<LogDeliveryResult> Watch(ScheduleDefinition schedule, string reason, CancellationToken cancel)
    {
        var now = place.Now();
        var text = string.Create(CultureInfo.InvariantCulture,
            $"{MostOverruns} runs in a row were over their budget, so the schedule is suspended. The last one: {reason}");
        if (text.Length > ScheduleText.LongestReason) text = text[..ScheduleText.LongestReason];
        var claimed = _store.Update(schedule.Name, (state, _) => state.Overruns < MostOverruns || state.Suspension is not null
            ? (state, null)
            : (state with
            {
                NextSequence = state.NextSequence + 1, Suspension = new ScheduleSuspension(text, now, "watchdog"),
            }, (state.Epoch, state.NextSequence) as (Guid Epoch, long Sequence)?));
        if (claimed is not { } number) return [];
        return Deliver(schedule, ScheduleRecords.Of(schedule, Guid.NewGuid(), now, ScheduleRecords.Suspended, text)
            with { Epoch = number.Epoch, Sequence = number.Sequence }, cancel);
    }

    /// <summary>Delivers a record. After a signal, a little time is left for it.</summary>
    private IReadOnlyList<LogDeliveryResult> Deliver(ScheduleDefinition schedule, Measurement record, CancellationToken cancel)
        => place.Deliver(schedule, place.SpoolOf(schedule.Name), record,
            cancel.IsCancellationRequested ? ScheduleTimes.LastDelivery : ScheduleTimes.Delivery,
            cancel.IsCancellationRequested ? default : cancel);
}
