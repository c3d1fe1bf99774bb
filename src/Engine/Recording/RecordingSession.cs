using System.Globalization;
using KernelMagnifier.Files;
using KernelMagnifier.Native;

namespace KernelMagnifier.Recording;

/// <summary>
/// A running recording. It ends by itself when its time, its size or its command is over, or when it is stopped; whatever ends it,
/// the machine is put back as it was and the file is completed. Ending the process ends the recording properly too, unless it is killed.
/// </summary>
public sealed class RecordingSession : IDisposable
{
    private const string LifeThread = "km recording";

    private readonly RecordingRequest _asked;
    private readonly RecordingPlan _plan;
    private readonly TraceFs _top;
    private readonly TraceFs _tracing;
    private readonly Settings _settings;
    private readonly Journal _journal;
    private readonly OutputPlace _place;
    private readonly IReadOnlyList<int> _files;
    private readonly int _metadata;
    private readonly IReadOnlyList<ChosenEvent> _events;
    private readonly TargetCommand? _command;
    private readonly int? _functions;
    private readonly bool _excludeSelf;
    private readonly List<string> _warnings;
    private readonly List<CpuDrain> _drains = [];
    private readonly List<Thread> _threads = [];
    private readonly CommandLines _names = new();
    private readonly HashSet<int> _ownTasks = [.. CommandLines.Tasks(Environment.ProcessId)];
    private readonly ManualResetEvent _stop = new(false);
    private readonly AutoResetEvent _look = new(false);
    private readonly ManualResetEvent _ended = new(false);
    private readonly ManualResetEvent _begun = new(false);
    private readonly ExitGuard _guard;
    private readonly DrainBudget _budget;
    private readonly byte[] _modules = KernelFacts.Modules;
    private int _packed = -1;
    private List<long>? _lostBehind;
    private TextDrain? _text;
    private Thread? _life;
    private volatile bool _abandoned;
    private long _startedAt;
    private long _stoppedAt;
    private long _lastEvents;
    private long _lastTick;
    private Exception? _failure;
    private RecordingResult? _result;

    internal RecordingSession(RecordingRequest asked, RecordingPlan plan, TraceFs top, TraceFs tracing, Settings settings, Journal journal, OutputPlace place,
        IReadOnlyList<int> files, int metadata, IReadOnlyList<ChosenEvent> events, TargetCommand? command, int? functions, bool excludeSelf, ExitGuard guard, List<string> warnings)
    {
        (_asked, _plan, _top, _tracing, _settings, _journal, _place, _files, _metadata, _events) = (asked, plan, top, tracing, settings, journal, place, files, metadata, events);
        (_command, _functions, _excludeSelf, _guard, _warnings) = (command, functions, excludeSelf, guard, warnings);
        _budget = new DrainBudget(asked.MaxSize ?? long.MaxValue);
    }

    /// <summary>What is recorded.</summary>
    public RecordingRequest Request => _asked;

    /// <summary>The file that will be there at the end.</summary>
    public string Path => _plan.Output;

    /// <summary>The instance that records; empty for the top level of tracefs.</summary>
    public string Instance => _plan.Instance;

    /// <summary>What a killed recorder had left and this one put together before it started.</summary>
    public IReadOnlyList<RecordingResult> Recovered { get; internal set; } = [];

    /// <summary>How far it is; kept up to date about four times a second.</summary>
    public RecordingProgress Progress { get; private set; }

    /// <summary>The signal that ended the recording because it asks this process to end (1 SIGHUP, 3 SIGQUIT, 15 SIGTERM); 0 when none did.</summary>
    public int Signal => _guard.Signal;

    /// <summary>Still going on.</summary>
    public bool IsRunning => !_ended.WaitOne(0);

    /// <summary>Set when everything is put back and the file is complete.</summary>
    public WaitHandle Ended => _ended;

    /// <summary>Asks the recording to end; it takes a moment, see <see cref="Wait"/>.</summary>
    public void Stop() => _stop.Set();

    /// <summary>Waits for the end.</summary>
    /// <returns>The finished recording.</returns>
    /// <exception cref="RecordingException">The file could not be completed; the machine is put back all the same.</exception>
    public RecordingResult Wait()
    {
        _ended.WaitOne();
        return _failure is null ? _result! : throw new RecordingException((_failure as RecordingException)?.Code ?? ErrorCode.RecordingFailed, _failure.Message, _failure);
    }

    /// <summary>Opens the buffers and switches tracing on.</summary>
    internal void Begin()
    {
        if (_plan.Format == RecordingFormat.Text) _text = new TextDrain(_tracing, _files[0]);
        else
            for (var i = 0; i < _files.Count; i++) _drains.Add(new CpuDrain(_tracing, _plan.Parts[i].Cpu, _files[i], _plan.PageSize));
        _names.AddLiving();
        if (!_asked.Overwrite)
        {
            if (_text is { } text) StartThread("km text", () => text.Run(_budget.Stop));
            foreach (var drain in _drains) StartThread(string.Create(CultureInfo.InvariantCulture, $"km cpu{drain.Cpu}"), () => drain.Run(_budget));
        }
        _life = new Thread(Live, 1 << 20) { IsBackground = true, Name = LifeThread };
        _life.Start();
        // Every thread there will be is there now, and must be known as ours before the first event.
        RefreshOwnTasks();
        _startedAt = _lastTick = Environment.TickCount64;
        var error = _tracing.TryWrite("tracing_on", "1");
        if (error != 0) throw Settings.Refused(_tracing, "tracing_on", "1", error);
        _command?.Release();
        _begun.Set();
        _guard.Watch(Stop);
        // From here on this thread only waits.
        Keep(0);
    }

    /// <summary>In a process of our own, the calling thread needs no more than this from now on, whatever comes. A process we share is its user's.</summary>
    private void Keep(ulong needed)
    {
        if (_asked.DedicatedProcess) _ = Capabilities.Keep(needed, forGood: true);
    }

    /// <summary>Gives up what <see cref="Begin"/> made, when it failed; the settings are somebody else's to restore.</summary>
    internal void Abandon()
    {
        _ = _tracing.TryWrite("tracing_on", "0");
        _abandoned = true;
        _begun.Set();
        _life?.Join();
        StopDrains();
        DisposeDrains();
    }

    private void StartThread(string name, ThreadStart run)
    {
        var thread = new Thread(Run, 256 * 1024) { IsBackground = true, Name = name };
        _threads.Add(thread);
        thread.Start();

        void Run()
        {
            LibC.NameThread(name);
            Keep(0);
            run();
            // A drain that ends before it is told to has a reason to be looked at.
            _look.Set();
        }
    }

    /// <summary>From start to end, on a thread of its own.</summary>
    private void Live()
    {
        LibC.NameThread(LifeThread);
        _begun.WaitOne();
        Keep(Capabilities.ToEnd);
        if (_abandoned)
        {
            _ended.Set();
            return;
        }
        try
        {
            var end = RecordingEnd.Failed;
            try
            {
                end = AwaitEnd();
            }
            catch (Exception e)
            {
                // Whatever it is: first the machine is put back and the data is brought home.
                _warnings.Add(e.Message);
            }
            Finish(end);
        }
        catch (Exception e)
        {
            _failure = e;
        }
        finally
        {
            _ended.Set();
            _guard.Release();
        }
    }

    private RecordingEnd AwaitEnd()
    {
        WaitHandle[] handles = _command is null ? [_stop, _look] : [_stop, _look, _command.Ended];
        while (true)
        {
            var left = _asked.Duration is { } duration ? (long)duration.TotalMilliseconds - (Environment.TickCount64 - _startedAt) : long.MaxValue;
            if (left <= 0) return RecordingEnd.Duration;
            switch (WaitHandle.WaitAny(handles, (int)Math.Min(left, 250)))
            {
                case 0: return RecordingEnd.Stopped;
                case 2: return RecordingEnd.Command;
            }
            Tick();
            if (_drains.Exists(d => d.Failure != 0) || _text is { Failure: not 0 }) return RecordingEnd.Failed;
            if (_budget.IsSpent || (_text is { } text && text.Bytes >= _asked.MaxSize)) return RecordingEnd.MaxSize;
            if (_place.Free < _asked.MinFree) return RecordingEnd.FreeSpace;
        }
    }

    private void Tick()
    {
        var (events, lost) = (0L, 0L);
        foreach (var cpu in Cpus)
        {
            var counts = CpuCounts.Parse(_tracing.TryRead($"per_cpu/cpu{cpu}/stats") ?? "");
            events += counts.Read + counts.Entries;
            lost += counts.Lost;
        }
        var now = Environment.TickCount64;
        var rate = now > _lastTick ? Math.Max(0, events - _lastEvents) * 1000 / (now - _lastTick) : 0;
        // The rate follows the last second, not the last quarter of one.
        Progress = new RecordingProgress(TimeSpan.FromMilliseconds(now - _startedAt), events, (Progress.EventsPerSecond * 3 + rate) / 4, Written, lost);
        (_lastEvents, _lastTick) = (events, now);
        _names.AddSaved(_top);
        if (_excludeSelf) RefreshOwnTasks();
    }

    private IEnumerable<int> Cpus => _plan.Format == RecordingFormat.Text
        ? _tracing.Directories("per_cpu").Select(d => int.Parse(d.AsSpan(3), CultureInfo.InvariantCulture)).Order() : _plan.Parts.Select(p => p.Cpu);

    private long Written => _text?.Bytes ?? _drains.Sum(d => d.Bytes);

    /// <summary>Threads that came since are ours too. (The kernel follows forks only if asked, for a program somebody starts from this process would be left out then.)</summary>
    private void RefreshOwnTasks()
    {
        if (!_excludeSelf) return;
        var added = CommandLines.Tasks(Environment.ProcessId).Where(_ownTasks.Add).ToList();
        if (added.Count == 0) return;
        var text = string.Join('\n', added) + "\n";
        if (_plan.Tracer != RecordingTracer.None) _ = _tracing.TryWrite("set_ftrace_notrace_pid", text, append: true);
        if (_events.Count > 0) _ = _tracing.TryWrite("set_event_notrace_pid", text, append: true);
    }

    private void StopDrains()
    {
        _budget.Signal();
        foreach (var thread in _threads) thread.Join();
        _threads.Clear();
    }

    private void DisposeDrains()
    {
        foreach (var drain in _drains) drain.Dispose();
        _text?.Dispose();
        _budget.Dispose();
    }

    private void Finish(RecordingEnd end)
    {
        List<string> statistics = [];
        try
        {
            _ = _tracing.TryWrite("tracing_on", "0");
            _stoppedAt = Environment.TickCount64;
            StopDrains();
            // A file that is as large as it may be takes no more, whatever is still in the buffers.
            if (end is not (RecordingEnd.MaxSize or RecordingEnd.FreeSpace))
            {
                foreach (var drain in _drains) drain.Finish();
                _text?.Finish();
            }
            _names.AddSaved(_top);
            statistics = [.. Cpus.Select(cpu => $"CPU: {cpu}\n{_tracing.TryRead($"per_cpu/cpu{cpu}/stats")}\n")];
            var left = statistics.Sum(s => CpuCounts.Parse(s).Entries);
            if (end is RecordingEnd.MaxSize or RecordingEnd.FreeSpace) _lostBehind = [.. _drains.Select(d => d.LostBehind())];
            if (left > 0) _warnings.Add($"{left} events were still in the kernel's buffers and are not in the file.");
            foreach (var (failure, target) in _drains.Select(d => (d.Failure, d.TargetFailed)).Append((_text?.Failure ?? 0, _text?.TargetFailed ?? false)).Where(f => f.Item1 != 0).Distinct())
            {
                end = target && failure is LibC.NoSpace or LibC.QuotaFull ? RecordingEnd.FreeSpace : RecordingEnd.Failed;
                _warnings.Add(target ? $"{_plan.Output} could not be written further: {LibC.Describe(failure)}. What was written until then is in it." : $"The trace could not be read further: {LibC.Describe(failure)}.");
            }
        }
        finally
        {
            DisposeDrains();
            _command?.Dispose();
            _warnings.AddRange(_settings.Restore());
            if (!LeftOvers.RemoveInstance(_plan)) _warnings.Add($"The instance {_tracing.Directory} could not be removed: somebody is looking into it. The next recording removes it, or: rmdir {_tracing.Directory}");
        }
        var finished = Bring(statistics, end);
        _result = new RecordingResult
        {
            Path = _plan.Output,
            Bytes = finished.Bytes,
            PerCpu = finished.PerCpu,
            Started = _plan.Started,
            Duration = TimeSpan.FromMilliseconds(_stoppedAt - _startedAt),
            EndedBy = end,
            Format = _plan.Format,
            Tracer = _plan.Tracer,
            Clock = _plan.Clock,
            Asked = _plan.Asked,
            Functions = _functions,
            Instance = _plan.Instance,
            KernelRelease = KernelFacts.Release,
            BuildId = KernelFacts.BuildId,
            ExitCode = _command?.ExitCode,
            Warnings = [.. _warnings],
        };
    }

    /// <summary>Makes the result of the parts and puts it in its place. If that fails, parts and journal stay: the next recorder goes on with them.</summary>
    private Finished Bring(List<string> statistics, RecordingEnd end)
    {
        Finished? finished = null;
        try
        {
            _journal.NoteUndone();
            _place.Delete(_plan.Reserve);
            finished = Complete(statistics, end);
            if (_asked.WorldReadable) _ = LibC.ChangeMode(_packed < 0 ? _files[0] : _packed, 0x1A4); // 0644
            _place.Publish(_packed < 0 ? _plan.Parts[0].File : _plan.Packed);
            return finished;
        }
        catch (Exception e)
        {
            if (finished is not null && _packed >= 0) _place.Delete(_plan.Packed);
            finished = null;
            var kept = string.Join(", ", _plan.Parts.Select(p => p.File).Append(_plan.Metadata).Where(f => f.Length > 0));
            throw new RecordingException(e is IOException { HResult: LibC.NoSpace or LibC.QuotaFull } ? ErrorCode.DiskFull : (e as RecordingException)?.Code ?? ErrorCode.RecordingFailed,
                $"{_plan.Output} could not be completed: {e.Message.TrimEnd('.')}. What was recorded is kept beside it ({kept}); mend that, make room for example, and the next recording completes it before it starts.", e);
        }
        finally
        {
            if (_packed >= 0) _ = LibC.Close(_packed);
            foreach (var file in _files) _ = LibC.Close(file);
            if (_metadata >= 0) _ = LibC.Close(_metadata);
            if (finished is not null)
            {
                foreach (var part in _plan.Parts.Skip(_packed < 0 ? 1 : 0)) _place.Delete(part.File);
                _place.Delete(_plan.Metadata);
                _journal.Remove();
            }
            _place.Dispose();
            _journal.Dispose();
        }
    }

    private Finished Complete(List<string> statistics, RecordingEnd end)
    {
        if (_plan.Format == RecordingFormat.Text)
            return new Finished([.. Cpu(statistics)], LibC.Seek(_files[0], 0, 2));
        if (!KernelFacts.Modules.AsSpan().SequenceEqual(_modules) && Names(KernelFacts.Modules) != Names(_modules))
        {
            // A module came or went: where functions are now is what the newest events need.
            var facts = new MemoryStream();
            TraceDatWriter.WriteKernel(facts, _top, _top, _events);
            using var kernel = OutputPlace.Stream(LibC.Duplicate(_metadata));
            kernel.Position = 0;
            facts.WriteTo(kernel);
            kernel.SetLength(facts.Length);
        }
        var counted = end is RecordingEnd.Failed || _drains.Exists(d => d.Failure != 0);
        var names = _names.ToBytes();
        if (_asked.Compress)
        {
            _packed = _place.Create(_plan.Packed);
            try
            {
                return RecordingFile.Pack(_plan, _files, _metadata, statistics, names, counted, _lostBehind, _packed, () => _place.Free >= _asked.MinFree);
            }
            catch (IOException e)
            {
                _ = LibC.Close(_packed);
                _packed = -1;
                _place.Delete(_plan.Packed);
                _warnings.Add($"{_plan.Output} could not be packed: {e.Message.TrimEnd('.')}. It is there, not packed.");
            }
        }
        return RecordingFile.Complete(_plan, _files, _metadata, statistics, names, counted, _lostBehind, (null, _journal.NoteJoining));
    }

    private static IEnumerable<RecordingCpu> Cpu(List<string> statistics)
    {
        foreach (var text in statistics)
        {
            var counts = CpuCounts.Parse(text);
            yield return new RecordingCpu(int.Parse(text.AsSpan(5, text.IndexOf('\n', StringComparison.Ordinal) - 5), CultureInfo.InvariantCulture), counts.Read, counts.Lost, 0);
        }
    }

    private static string Names(byte[] modules)
        => string.Join(' ', System.Text.Encoding.UTF8.GetString(modules).Split('\n').Select(l => l.Split(' ') is [var name, ..] and { Length: > 5 } ? name + l.Split(' ')[5] : ""));

    /// <summary>Stops the recording if it still runs, and waits for its end.</summary>
    public void Dispose()
    {
        Stop();
        _ended.WaitOne();
        _guard.Dispose();
    }
}
