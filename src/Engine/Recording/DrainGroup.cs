using System.Globalization;
using KernelMagnifier.Native;

namespace KernelMagnifier.Recording;

/// <summary>The drains of a recording, one per CPU or one for text, and their threads.</summary>
/// <param name="recording">The recording.</param>
internal sealed class DrainGroup(PreparedRecording recording) : IDisposable
{
    private const int StackSize = 256 * 1024;

    private readonly DrainBudget _budget = new(recording.Request.MaxSize ?? long.MaxValue);
    private readonly List<CpuDrain> _drains = [];
    private readonly List<Thread> _threads = [];
    private TextDrain? _text;

    /// <summary>Set when a thread has ended, whether by failure, budget or <see cref="Stop"/>.</summary>
    public AutoResetEvent ThreadEnded { get; } = new(false);

    /// <summary>The number of bytes written.</summary>
    public long Written => _text?.Bytes ?? _drains.Sum(d => d.Bytes);

    /// <summary>Whether the requested size is reached.</summary>
    public bool IsFull => _budget.IsSpent || (_text is { } text && text.Bytes >= recording.Request.MaxSize);

    /// <summary>The failures of all drains.</summary>
    public IEnumerable<DrainFailure> Failures
        => _drains.Select(d => d.Failure).Append(_text?.Failure ?? default).Where(f => f.Exists);

    /// <summary>Opens the buffers.</summary>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.TracerInUse"/> or
    /// <see cref="ErrorCode.RecordingFailed"/>.</exception>
    public void Open()
    {
        var (plan, parts) = (recording.Plan, recording.Files.Parts);
        if (plan.Format == RecordingFormat.Text)
        {
            _text = new TextDrain(recording.Tracing, parts[0]);
            return;
        }
        for (var i = 0; i < parts.Count; i++)
            _drains.Add(new CpuDrain(recording.Tracing, plan.Parts[i].Cpu, parts[i], plan.PageSize));
    }

    /// <summary>
    /// Starts the threads. In flight recorder mode there are none: <see cref="Finish"/> drains what the buffers hold.
    /// </summary>
    public void Start()
    {
        if (recording.Request.Overwrite) return;
        if (_text is { } text) StartThread("km text", () => text.Run(_budget.Stop));
        foreach (var drain in _drains)
            StartThread(string.Create(CultureInfo.InvariantCulture, $"km cpu{drain.Cpu}"), () => drain.Run(_budget));
    }

    /// <summary>Ends the threads.</summary>
    public void Stop()
    {
        _budget.Signal();
        foreach (var thread in _threads) thread.Join();
        _threads.Clear();
    }

    /// <summary>Drains what is left. Tracing must be off and the threads ended.</summary>
    public void Finish()
    {
        foreach (var drain in _drains) drain.Finish();
        _text?.Finish();
    }

    /// <summary>Per CPU, see <see cref="CpuDrain.LostAfterEnd"/>.</summary>
    public List<long> LostAfterEnd() => [.. _drains.Select(d => d.LostAfterEnd())];

    /// <summary>Closes the buffers.</summary>
    public void Dispose()
    {
        foreach (var drain in _drains) drain.Dispose();
        _text?.Dispose();
        _budget.Dispose();
    }

    private void StartThread(string name, Action run)
    {
        var thread = new Thread(Run, StackSize) { IsBackground = true, Name = name };
        _threads.Add(thread);
        thread.Start();

        void Run()
        {
            ProcessCalls.NameThread(name);
            recording.KeepCapabilities(0);
            run();
            ThreadEnded.Set();
        }
    }
}
