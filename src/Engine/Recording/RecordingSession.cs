using KernelMagnifier.Native;
using KernelMagnifier.Text;

namespace KernelMagnifier.Recording;

/// <summary>
/// A running recording. It ends when its duration, its size or its command ends, or when it is stopped. In any case all settings
/// are restored and the file is completed, also when the process is ended by a signal that can be handled.
/// </summary>
internal sealed class RecordingSession : IDisposable
{
    private const string ThreadName = "km recording";
    private const int StackSize = 1 << 20;
    private const int UpdateMilliseconds = 250;

    private readonly PreparedRecording _recording;
    private readonly DrainGroup _drains;
    private readonly SelfExclusion _self;
    private readonly RecordingCompletion _completion;
    private readonly TaskNames _names = new();
    private readonly ManualResetEvent _stop = new(false);
    private readonly ManualResetEvent _begun = new(false);
    private readonly ManualResetEvent _ended = new(false);
    private ProgressMeter _meter = new();
    private Thread? _thread;
    private volatile bool _abandoned;
    private Exception? _failure;
    private RecordingResult? _result;

    internal RecordingSession(PreparedRecording recording)
    {
        _recording = recording;
        _drains = new DrainGroup(recording);
        _self = new SelfExclusion(recording);
        _completion = new RecordingCompletion(recording);
    }

    /// <summary>The request.</summary>
    public RecordingRequest Request => _recording.Request;

    /// <summary>The path of the file that will exist when the recording has ended.</summary>
    public string Path => _recording.Plan.Output;

    /// <summary>The instance in which it is recorded; empty for the top level of tracefs.</summary>
    public string Instance => _recording.Plan.Instance;

    /// <summary>The recordings of killed recorders that were completed before this one started.</summary>
    public IReadOnlyList<RecordingResult> Recovered { get; internal set; } = [];

    /// <summary>The progress, updated about four times a second.</summary>
    public RecordingProgress Progress => _meter.Progress;

    /// <summary>
    /// The number of the signal that ended the recording because it ends this process (1 SIGHUP, 3 SIGQUIT, 15 SIGTERM); 0 when
    /// there was none.
    /// </summary>
    public int Signal => _recording.Guard.Signal;

    /// <summary>Whether it is still running.</summary>
    public bool IsRunning => !_ended.WaitOne(0);

    /// <summary>Set when all settings are restored and the file is complete.</summary>
    public WaitHandle Ended => _ended;

    /// <summary>Requests the end of the recording, which takes a moment; see <see cref="Wait"/>.</summary>
    public void Stop() => _stop.Set();

    /// <summary>Waits for the end.</summary>
    /// <returns>The finished recording.</returns>
    /// <exception cref="KernelMagnifierException">The file could not be completed; the settings are restored.</exception>
    public RecordingResult Wait()
    {
        _ended.WaitOne();
        return _failure switch
        {
            null => _result!,
            KernelMagnifierException e => throw new KernelMagnifierException(e.Code, e.Target, e.Cause, e.RecommendedAction, e),
            var e => throw new KernelMagnifierException(ErrorCode.RecordingFailed, Path,
                $"the recording failed: {e.Message.TrimEnd('.')}.",
                "Try again, and record fewer functions if it fails again.", e),
        };
    }

    /// <summary>Opens the buffers and switches tracing on.</summary>
    internal void Begin()
    {
        _drains.Open();
        _names.AddRunning();
        _drains.Start();
        _thread = new Thread(Run, StackSize) { IsBackground = true, Name = ThreadName };
        _thread.Start();
        // All threads are started now and must be excluded before the first event.
        _self.Refresh();
        _meter = new ProgressMeter();
        var error = _recording.Tracing.TryWrite("tracing_on", "1");
        if (error != 0) throw Settings.Refused(_recording.Tracing, "tracing_on", "1", error);
        _recording.Command?.Release();
        _begun.Set();
        _recording.Guard.Watch(Stop);
        // From here on the calling thread only waits.
        _recording.KeepCapabilities(0);
    }

    /// <summary>Ends the threads after <see cref="Begin"/> or a step before it failed. The setup restores the settings.</summary>
    internal void Abandon()
    {
        _ = _recording.Tracing.TryWrite("tracing_on", "0");
        _abandoned = true;
        _begun.Set();
        _thread?.Join();
        _drains.Stop();
        _drains.Dispose();
    }

    /// <summary>Stops the recording if it is running, and waits for its end.</summary>
    public void Dispose()
    {
        Stop();
        _ended.WaitOne();
        _recording.Guard.Dispose();
    }

    /// <summary>The recording's thread.</summary>
    private void Run()
    {
        ProcessCalls.NameThread(ThreadName);
        _begun.WaitOne();
        _recording.KeepCapabilities(Capabilities.ToEnd);
        try
        {
            if (!_abandoned) Finish(AwaitEnd());
        }
        catch (Exception e)
        {
            _failure = e;
        }
        finally
        {
            _ended.Set();
            if (!_abandoned) _recording.Guard.Release();
        }
    }

    private RecordingEnd AwaitEnd()
    {
        try
        {
            WaitHandle[] handles = _recording.Command is { } command
                ? [_stop, _drains.ThreadEnded, command.Ended]
                : [_stop, _drains.ThreadEnded];
            while (true)
            {
                var left = Request.Duration is { } duration ? (long)(duration - _meter.Elapsed).TotalMilliseconds : long.MaxValue;
                if (left <= 0) return RecordingEnd.Duration;
                switch (WaitHandle.WaitAny(handles, (int)Math.Min(left, UpdateMilliseconds)))
                {
                    case 0: return RecordingEnd.Stopped;
                    case 2: return RecordingEnd.Command;
                }
                Update();
                if (_drains.Failures.Any()) return RecordingEnd.Failed;
                if (_drains.IsFull) return RecordingEnd.MaxSize;
                if (_recording.Files.IsDeleted) return RecordingEnd.Failed;
                if (_recording.Files.Place.FreeSpace is var free && free < Request.MinFree) return NoSpaceLeft(free);
            }
        }
        catch (Exception e)
        {
            // After any error, the settings must be restored and the data must be kept.
            _recording.Warnings.Add(e.Message);
            return RecordingEnd.Failed;
        }
    }

    private RecordingEnd NoSpaceLeft(long free)
    {
        _recording.Warnings.Add($"{Path}: the recording ended early, because the file system has {Sizes.Format(free)} free, less "
            + $"than the {Sizes.Format(Request.MinFree)} to keep free. The file contains what was recorded until then.");
        return RecordingEnd.FreeSpace;
    }

    private void Update()
    {
        _meter.Update(_recording.ReadStatistics().Select(s => s.Counts), _drains.Written);
        _names.AddSaved(_recording.Directory.Top);
        _self.Refresh();
    }

    private void Finish(RecordingEnd end)
    {
        RecordingFacts facts;
        TimeSpan duration;
        try
        {
            _ = _recording.Tracing.TryWrite("tracing_on", "0");
            duration = _meter.Elapsed;
            (facts, end) = Drain(end);
        }
        finally
        {
            RestoreMachine();
        }
        var completed = _completion.Run(facts);
        var plan = _recording.Plan;
        _result = new RecordingResult
        {
            Path = completed.Path ?? plan.Output,
            Bytes = completed.Bytes,
            PerCpu = completed.PerCpu,
            Started = plan.Started,
            Duration = duration,
            EndedBy = end.ToString(),
            Format = plan.Format.ToString(),
            Tracer = plan.Tracer.ToString(),
            Clock = plan.Clock,
            Request = plan.Request,
            Functions = _recording.Functions,
            Instance = plan.Instance,
            KernelRelease = KernelFacts.Release,
            BuildId = KernelFacts.BuildId,
            ExitCode = _recording.Command?.ExitCode,
            Signal = _recording.Command?.Signal,
            Warnings = [.. _recording.Warnings],
        };
    }

    /// <summary>Drains what is left in the buffers, except when the file must not grow any more.</summary>
    /// <returns>What is known of the recording, and why it ended: draining may have failed.</returns>
    private (RecordingFacts Facts, RecordingEnd End) Drain(RecordingEnd end)
    {
        _drains.Stop();
        var isFull = end is RecordingEnd.MaxSize or RecordingEnd.FreeSpace;
        if (!isFull) _drains.Finish();
        _names.AddSaved(_recording.Directory.Top);
        var statistics = _recording.ReadStatistics();
        var lostAfterEnd = isFull ? _drains.LostAfterEnd() : null;
        var left = statistics.Sum(s => s.Counts.Entries);
        if (left > 0) _recording.Warnings.Add($"{left} events were left in the kernel's buffers and are not in the file.");
        var failures = _drains.Failures.Distinct().ToList();
        foreach (var (error, ofTarget) in failures)
        {
            end = ofTarget && Errno.IsDiskFull(error) ? RecordingEnd.FreeSpace : RecordingEnd.Failed;
            _recording.Warnings.Add(ofTarget
                ? $"{Path}: the file could not be written any further: {Errno.Describe(error)}. It contains what was written "
                    + $"until then."
                : $"The trace could not be read any further: {Errno.Describe(error)}.");
        }
        if (_recording.Files.IsDeleted) end = RecordingEnd.Failed;
        var facts = new RecordingFacts
        {
            Statistics = statistics,
            TaskNames = _names.ToText(),
            CountsEvents = end == RecordingEnd.Failed || failures.Count > 0,
            LostAfterEnd = lostAfterEnd,
        };
        return (facts, end);
    }

    private void RestoreMachine()
    {
        _drains.Dispose();
        _recording.Command?.Dispose();
        _recording.Warnings.AddRange(_recording.Settings.Restore());
        if (TracingDirectory.Remove(_recording.Plan)) return;
        _recording.Warnings.Add(TracingDirectory.NotRemoved(_recording.Tracing));
    }
}
