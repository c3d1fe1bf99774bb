using System.Globalization;
using KernelMagnifier.Native;

namespace KernelMagnifier.Recording;

/// <summary>
/// Histogram triggers in an instance of its own, and synthetic events, which all instances share. The journal has each before it is
/// made, so that what a killed process leaves is removed by the next one. All is removed when it is disposed.
/// </summary>
internal sealed class HistogramSession : IDisposable
{
    private const string SyntheticEvents = "synthetic_events";

    private readonly TracingScope _scope;
    private readonly ManualResetEvent _stop = new(false);
    private readonly string _unique;

    private HistogramSession(TracingScope scope)
    {
        _scope = scope;
        // The name of the instance ends with six digits that no other one has. Names of events are short.
        _unique = scope.Plan.Instance[^6..];
    }

    /// <summary>Whether keys can be ranges of any width (Linux 5.15).</summary>
    public bool HasRanges => (_scope.Directory.Top.TryRead("README") ?? "").Contains(".buckets=", StringComparison.Ordinal);

    /// <summary>The memory of the instance's buffers, in bytes, although nothing is written to them.</summary>
    public long BufferMemory
        => long.TryParse((_scope.Directory.Tracing.TryRead("buffer_total_size_kb") ?? "").Split(' ')[0], NumberStyles.None,
            CultureInfo.InvariantCulture, out var size) ? size * 1024 : 0;

    /// <summary>What could not be undone, as sentences; complete when it is disposed.</summary>
    public List<string> Problems { get; } = [];

    /// <summary>Creates the instance.</summary>
    /// <exception cref="KernelMagnifierException">It cannot be created.</exception>
    public static HistogramSession Start(TracingMachine machine, string description, bool isDedicated)
    {
        var request = new RecordingRequest { Path = "", Tracer = RecordingTracer.None, Event = ["*"], DedicatedProcess = isDedicated };
        var scope = machine.Open(description, request);
        try
        {
            if (!scope.Directory.IsOwn)
                throw new KernelMagnifierException(ErrorCode.TracerInUse, scope.Directory.Top["instances"],
                    "the kernel gives no instance of its own to the measurement.", "Measure by events.");
            var settings = new TracingSettings(scope.Directory, scope.Settings);
            // Triggers count without a record in the buffer.
            settings.Set("tracing_on", "0");
            settings.Set("trace_clock", request.EffectiveClock);
            var self = string.Join('\n', TaskNames.TasksOf(Environment.ProcessId)) + "\n";
            settings.TrySet("set_event_notrace_pid", self, SettingKind.Words);
            var session = new HistogramSession(scope);
            scope.Guard.Watch(() => session._stop.Set());
            return session;
        }
        catch
        {
            scope.Dispose();
            throw;
        }
    }

    /// <summary>A name of an event or a variable that no other process has.</summary>
    public string Name(string purpose) => string.Create(CultureInfo.InvariantCulture, $"km_{_unique}_{purpose}");

    /// <summary>Makes a synthetic event.</summary>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.BadTrigger"/>.</exception>
    public void AddEvent(string name, string fields)
    {
        var error = _scope.Settings.TryAddSynthetic(_scope.Directory.Top, name, fields);
        if (error != 0) throw Refused(SyntheticEvents, $"{name} {fields}", error);
    }

    /// <summary>Adds a trigger to an event.</summary>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.BadTrigger"/>.</exception>
    public void AddTrigger(string e, string text)
    {
        var (system, name) = (e.Split(':')[0], e.Split(':')[1]);
        var error = _scope.Settings.TryAddOwnTrigger(_scope.Directory.Tracing, new EventTrigger(system, name, text));
        if (error != 0) throw Refused($"events/{system}/{name}/trigger", text, error);
    }

    /// <summary>The histograms of a synthetic event.</summary>
    public string Read(string name) => _scope.Directory.Tracing.Read($"events/synthetic/{name}/hist");

    /// <summary>Waits for a while.</summary>
    /// <returns>Whether it is to end: it was cancelled, or this process ends.</returns>
    public bool Wait(TimeSpan time, CancellationToken cancel)
        => WaitHandle.WaitAny([_stop, cancel.WaitHandle], time) != WaitHandle.WaitTimeout;

    /// <inheritdoc/>
    public void Dispose()
    {
        Problems.AddRange(_scope.Restore());
        _scope.Dispose();
    }

    private KernelMagnifierException Refused(string file, string text, int error)
    {
        var log = (_scope.Directory.Tracing.TryRead("error_log") ?? "") + (_scope.Directory.Top.TryRead("error_log") ?? "");
        var line = log.Split('\n').LastOrDefault(l => l.Contains("error:", StringComparison.Ordinal));
        var reason = line is null ? Errno.Describe(error) : line.Split("error:")[^1].Trim();
        return new KernelMagnifierException(ErrorCode.BadTrigger, file,
            $"the kernel refused '{text}': {reason}. All settings were restored.", "Measure by events.");
    }
}
