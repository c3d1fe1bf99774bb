using KernelMagnifier.Model;
using KernelMagnifier.Traces.Live;
using KernelMagnifier.Traces.Reading;
using KernelMagnifier.Traces.TraceDat;

namespace KernelMagnifier.Recording;

/// <summary>
/// Events of the running kernel that this process reads itself, without a file, from an instance of its own. All settings are
/// restored and the instance is removed when it is disposed, also when the process is ended by a signal that can be handled; if
/// it is killed, the next recorder does so.
/// </summary>
internal sealed class LiveTracing : IDisposable
{
    private const long SmallestBuffer = 1408 * 1024, LargestDefaultBuffer = 4L << 20;

    private readonly TracingScope _scope;
    private readonly KernelPages _pages;
    private readonly LiveTraceReader _reader;

    private LiveTracing(TracingScope scope, KernelPages pages, LiveTraceReader reader)
        => (_scope, _pages, _reader) = (scope, pages, reader);

    /// <summary>Reads the events, once.</summary>
    public TraceReader Reader => _reader;

    /// <summary>What the kernel lacks, as sentences.</summary>
    public IReadOnlyList<string> Warnings { get; private init; } = [];

    /// <summary>The events that the kernel has dropped so far.</summary>
    public long LostEvents => _pages.TotalLost;

    /// <summary>The bytes of pages that were read.</summary>
    public long BytesRead => _reader.BytesRead;

    /// <summary>The memory of the kernel's buffers, in bytes.</summary>
    public long BufferMemory { get; private init; }

    /// <summary>The number of the signal that ended it, because it ends this process; 0 when there was none.</summary>
    public int Signal => _scope.Guard.Signal;

    /// <summary>What could not be undone, as sentences; complete when it is disposed.</summary>
    public List<string> Problems { get; } = [];

    /// <summary>Sets up an instance and switches tracing on.</summary>
    /// <param name="request">What to read.</param>
    /// <param name="machine">What this machine supports, and where journals are.</param>
    /// <exception cref="KernelMagnifierException">It cannot be set up. What was changed is restored.</exception>
    public static LiveTracing Start(LiveRequest request, TracingMachine machine)
    {
        var recording = new RecordingRequest
        {
            Path = "", Tracer = request.Functions is null ? RecordingTracer.None : RecordingTracer.Function,
            Function = request.Functions?.Function ?? [], ExcludeFunction = request.Functions?.ExcludeFunction ?? [],
            Module = request.Functions?.Module ?? [], ExcludeModule = request.Functions?.ExcludeModule ?? [],
            Clock = request.Clock, DedicatedProcess = request.DedicatedProcess,
            BufferSize = request.BufferSize ?? DefaultBufferSize(machine.Host.OnlineCpus.Count),
            Event = [.. request.Selection.Events.Select(e => e.ToString())],
        };
        var scope = machine.Open(request.Description, recording);
        KernelPages? pages = null;
        try
        {
            Apply(scope, machine, request, recording);
            var metadata = Describe(scope, request);
            var isTime = TraceDatReader.ClockUnitOf(metadata) == ClockUnit.Nanoseconds;
            pages = new KernelPages(scope.Directory.Tracing, machine.Host.OnlineCpus, request.Interval, isTime, request.IsOver);
            var tracing = new LiveTracing(scope, pages, new LiveTraceReader(pages, metadata, "", request.Reading))
            {
                Warnings = request.Selection.Warnings,
                BufferMemory = (recording.BufferSize ?? 0) * machine.Host.OnlineCpus.Count,
            };
            var error = scope.Directory.Tracing.TryWrite("tracing_on", "1");
            if (error != 0) throw Settings.Refused(scope.Directory.Tracing, "tracing_on", "1", error);
            scope.Guard.Watch(pages.Stop);
            return tracing;
        }
        catch
        {
            pages?.Dispose();
            scope.Dispose();
            throw;
        }
    }

    /// <summary>Delivers the events until it is over.</summary>
    /// <param name="sink">Takes the events.</param>
    /// <param name="cancel">Ends it early with <see cref="OperationCanceledException"/>.</param>
    public TraceInfo Read(EventSink sink, CancellationToken cancel)
    {
        using var stop = cancel.Register(_pages.Stop);
        return _reader.ReadOnce(sink, null, null, cancel);
    }

    /// <summary>Has the events read until it is over.</summary>
    /// <param name="read">Reads <see cref="Reader"/>.</param>
    /// <param name="cancel">Ends it early: what <paramref name="read"/> is given, too.</param>
    public void Read(Action<TraceReader> read, CancellationToken cancel)
    {
        using var stop = cancel.Register(_pages.Stop);
        read(_reader);
    }

    /// <summary>Restores the machine.</summary>
    public void Dispose()
    {
        _ = _scope.Directory.Tracing.TryWrite("tracing_on", "0");
        _reader.Dispose();
        Problems.AddRange(_scope.Restore());
        _scope.Dispose();
    }

    /// <summary>
    /// The default size of the buffer per CPU: what a busy CPU fills in a tenth of a second, but for all CPUs together at most a
    /// sixty-fourth of the available memory.
    /// </summary>
    internal static long DefaultBufferSize(int cpus)
        => Math.Clamp((KernelFacts.AvailableMemory ?? 0) / 64 / Math.Max(cpus, 1), SmallestBuffer, LargestDefaultBuffer) / 4096 * 4096;

    private static void Apply(TracingScope scope, TracingMachine machine, LiveRequest request, RecordingRequest recording)
    {
        var settings = new TracingSettings(scope.Directory, scope.Settings);
        settings.ApplyBuffer(recording, machine.Host.OnlineCpus, machine.Host.OnlineCpus.Count);
        // Half of the buffer is left for what comes while this process is not on a CPU.
        settings.TrySet("buffer_percent", "50");
        var functions = request.Functions is null ? null : FunctionSet.Read(machine.Top, false, ModuleFiles.OfRunningKernel);
        var filters = new TracingFilters(scope.Directory, settings, new RecordingTarget
        {
            Request = recording, Path = "", Cpus = machine.Host.OnlineCpus, OnlineCpus = machine.Host.OnlineCpus.Count,
            Selection = request.Selection, Functions = functions, Chosen = functions?.Choose(recording),
        });
        filters.ApplyFunctions();
        filters.ExcludeTasks(TaskNames.TasksOf(Environment.ProcessId), request.DedicatedProcess);
        filters.ApplyEvents();
        if (recording.EffectiveTracer.KernelName() is { } tracer) settings.SetTracer(tracer);
    }

    private static DatMetadata Describe(TracingScope scope, LiveRequest request)
    {
        using var sections = new MemoryStream();
        KernelMetadata.Write(sections, scope.Directory, request.Selection.Formats, request.WithSymbols);
        var tasks = request.WithTaskNames ? new LiveTaskNames(scope.Directory.Top).Names : new SavedCommandLines();
        return DatMetadata.Of(new KernelDescription
        {
            Sections = [.. KernelMetadata.Read(sections)],
            PageSize = scope.Plan.PageSize,
            Clock = request.Clock,
            Uname = KernelFacts.Uname,
            BuildId = KernelFacts.BuildId,
            Cpus = KernelFacts.PossibleCpus,
            WallOffset = CpuStatsFile.Read(scope.Directory.Tracing, KernelFacts.OnlineCpus[0]).WallOffset,
            Tasks = tasks,
        });
    }
}
