using KernelMagnifier.Probes.Audit;
using KernelMagnifier.Probes.Library;
using KernelMagnifier.Probes.Manifests;

namespace KernelMagnifier.Probes.Running;

/// <summary>Runs a probe that was read and judged. Everything that it does or refuses is in the audit log; without the log it
/// does nothing.</summary>
internal sealed class ProbeRunner
{
    private readonly ProbeRun _run;
    private readonly IProbeOutput _output;
    private readonly ProbeRunSettings _settings;
    private readonly ProbeLimits _limits;
    private IReadOnlyList<KeyValuePair<string, string>> _parameters = [];
    private TimeSpan _duration;
    private bool _isEmergency;

    private ProbeRunner(ProbeRun run, IProbeOutput output, ProbeRunSettings settings)
    {
        (_run, _output, _settings) = (run, output, settings);
        _limits = RunLimits.Of(run.Source.Manifest.Limits, run.Policy.MostLimits);
    }

    /// <summary>Runs a probe.</summary>
    /// <exception cref="KernelMagnifierException">It may not run, or bpftrace refused it or failed.</exception>
    public static ProbeRunResult Run(ProbeRun run, IProbeOutput output, ProbeRunSettings settings, CancellationToken cancel)
        => new ProbeRunner(run, output, settings).Run(cancel);

    private ProbeRunResult Run(CancellationToken cancel)
    {
        var source = _run.Source;
        AuditPlace begin;
        ProbeSlot? slot = null;
        RunJournal? journal = null;
        try
        {
            BpftraceTool tool;
            try
            {
                Check();
                slot = ProbeSlot.Take(_run.Policy, source.Name, _limits.ConcurrentRuns);
                tool = BpftraceTool.Find(_run.Policy.Bpftrace);
                journal = RunJournal.Create(_run.Policy);
            }
            catch (KernelMagnifierException error) when (error.Code != ErrorCode.AuditNotWritable)
            {
                Append(RunRefusal.Of(_run.Request, source, error));
                throw;
            }
            begin = Begin(tool, journal);
            return Execute(tool, journal, begin.Sequence, cancel);
        }
        finally
        {
            journal?.Dispose();
            slot?.Dispose();
        }
    }

    private void Check()
    {
        _isEmergency = RunPermission.Check(_run);
        _parameters = RunParameters.Bind(_run.Source.Manifest, _run.Request.Parameters);
        _duration = RunPermission.DurationOf(_run, _limits);
        if (_settings.ChecksKernel) KernelGate.CheckKernel();
        foreach (var probe in RunJournal.EndLeft(_run.Policy))
            _output.Warning($"A run of {probe} was left by a process that was killed. What was left of it is ended now.");
    }

    /// <summary>Writes the records without which nothing runs.</summary>
    private AuditPlace Begin(BpftraceTool tool, RunJournal journal)
    {
        var entry = Entry("Started") with { Bpftrace = tool.Version, Reason = _run.Request.Reason };
        if (_isEmergency)
        {
            Append(entry with { Action = "Emergency",
                Reason = $"{_run.Request.Reason} (not approved: {_run.Standing.Reason ?? _run.Standing.State.ToString()})" });
            _output.Warning($"EMERGENCY: {_run.Source.Name} is not approved ({_run.Standing.Reason ?? _run.Standing.State.ToString()}). "
                + "This run and its reason are in the audit log.");
        }
        if (_run.Source.Manifest.Maturity == ProbeMaturity.Deprecated)
            _output.Warning($"{_run.Source.Name} is deprecated: it will be removed from the library.");
        var place = AuditLog.Begin(_run.Policy, entry);
        if (place.Warning is { } warning) _output.Warning(warning);
        journal.NoteBegin(_run.Source.Name, place.Sequence);
        return place;
    }

    private ProbeRunResult Execute(BpftraceTool tool, RunJournal journal, long begin, CancellationToken cancel)
    {
        ProbeRunResult? result = null;
        string? failure = null;
        try
        {
            _output.Begin(_run.Source);
            using var place = ProgramPlace.Create(_run.Source, journal.Directory);
            var longest = _settings.StartLimit + _duration + _settings.Grace;
            var line = tool.CommandLine(place.Path, _parameters.Select(p => p.Value), _limits, longest, _settings.UsesSystemd);
            var plan = new ExecutionPlan(line, BpftraceTool.Environment(_limits), place, _duration, _limits);
            var end = ProbeExecution.Run(plan, _settings, journal.NoteProcess, text => _output.Line(text), cancel);
            result = ResultOf(end, tool, begin);
            Judge(end, place.Path);
            return result;
        }
        catch (Exception error)
        {
            failure = error is KernelMagnifierException known ? known.Message
                : $"the output was not taken: {error.GetType().Name}";
            throw;
        }
        finally
        {
            // Also when the caller does not want the lines any more: the run took place.
            AppendEnd(result, tool, begin, failure);
        }
    }

    /// <summary>Tells the user what bpftrace said, and fails if that was why it ended.</summary>
    private void Judge(ExecutionEnd end, string path)
    {
        var lines = BpftraceErrors.Lines(end.Errors, path, _run.Source.Name);
        if (end.Outcome == "Failed" && end.Status != 0)
            throw new KernelMagnifierException(ErrorCode.ProbeFailed, _run.Source.Name, BpftraceErrors.Cause(end.Status, lines),
                "Test the probe on this kernel.");
        foreach (var line in lines) _output.Warning(line);
        if (end.Outcome == "CpuBudget")
        {
            ProbeSuspensions.Add(_run.Policy, _run.Source, end.Reason!);
            _output.Warning($"{_run.Source.Name} is suspended on this machine: {end.Reason}.");
        }
    }

    private static ProbeRunResult ResultOf(ExecutionEnd end, BpftraceTool tool, long begin) => new()
    {
        Outcome = end.Outcome, Reason = end.Reason, DurationNanoseconds = end.AttachedNanoseconds,
        ProgramNanoseconds = end.Programs?.Nanoseconds, ProgramRuns = end.Programs?.Runs, ToolNanoseconds = end.ToolNanoseconds,
        OutputBytes = end.OutputBytes, LostEvents = end.LostEvents, Bpftrace = tool.Version, AuditRecord = begin,
    };

    private void AppendEnd(ProbeRunResult? result, BpftraceTool tool, long begin, string? failure)
        => Append(Entry("Run") with
        {
            Begin = begin, Bpftrace = tool.Version, Outcome = result?.Outcome ?? "Failed", Reason = failure ?? result?.Reason,
            DurationNanoseconds = result?.DurationNanoseconds, ProgramNanoseconds = result?.ProgramNanoseconds,
            ProgramRuns = result?.ProgramRuns, ToolNanoseconds = result?.ToolNanoseconds, OutputBytes = result?.OutputBytes,
            LostEvents = result?.LostEvents,
        });

    private AuditEntry Entry(string action) => new()
    {
        Action = action, Probe = _run.Source.Name, Version = _run.Source.Manifest.Version, Hash = _run.Source.Hash,
        Parameters = new Dictionary<string, string>(_parameters), Approvers = _run.Standing.Approvers,
        Limits = _limits with { Duration = _duration },
    };

    private void Append(AuditEntry entry)
    {
        if (AuditLog.Append(_run.Policy, entry).Warning is { } warning) _output.Warning(warning);
    }
}
