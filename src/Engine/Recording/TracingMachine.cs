namespace KernelMagnifier.Recording;

/// <summary>This machine as one that traces without a file: what it supports, and where journals are.</summary>
internal sealed class TracingMachine
{
    private readonly IReadOnlyList<string> _stateDirectories;
    private readonly string _stateDirectory;

    private TracingMachine(HostReport host, IReadOnlyList<string> stateDirectories)
    {
        (Host, Top, _stateDirectories) = (host, new TraceFs(host.TraceFs!), stateDirectories);
        _stateDirectory = StateDirectory.Create(stateDirectories);
    }

    /// <summary>What it supports.</summary>
    public HostReport Host { get; }

    /// <summary>The top level of tracefs.</summary>
    public TraceFs Top { get; }

    /// <summary>Whether the kernel counts by itself: with histogram triggers and synthetic events.</summary>
    public bool HasHistograms => Top.Has("synthetic_events") && Top.Has("events/sched/sched_switch/hist");

    /// <summary>What an earlier recorder left and could not be completed, as sentences.</summary>
    public IReadOnlyList<string> Problems { get; private set; } = [];

    /// <summary>Inspects the machine. Changes nothing but creates the directory of journals.</summary>
    /// <exception cref="KernelMagnifierException">It cannot trace events.</exception>
    public static TracingMachine Inspect(IReadOnlyList<string> stateDirectories)
    {
        var host = HostReport.InspectForEvents();
        return host.Problems.FirstOrDefault(p => p.IsFatal) is { } problem
            ? throw problem.ToException()
            : new TracingMachine(host, stateDirectories);
    }

    /// <summary>Undoes what killed recorders left.</summary>
    public void Recover() => Problems = Recovery.Run(_stateDirectories, Top).Problems;

    /// <summary>Creates an instance and its journal.</summary>
    /// <param name="description">What it is for.</param>
    /// <param name="request">What is recorded; it has no path.</param>
    /// <exception cref="KernelMagnifierException">It cannot be created.</exception>
    public TracingScope Open(string description, RecordingRequest request)
    {
        RequestCheck.Check(request, Host);
        using (StateDirectory.Lock(_stateDirectory))
            return TracingScope.Create(Top, Host, request, _stateDirectory, (directory, name) => new RecordingPlan
            {
                Boot = RecordingPlan.ThisBoot,
                Recorder = Environment.ProcessId,
                Started = DateTimeOffset.Now,
                TraceFs = Top.Directory,
                Instance = directory.IsOwn ? name : "",
                Output = "",
                Format = RecordingFormat.TraceDat,
                Tracer = request.EffectiveTracer,
                Clock = request.EffectiveClock,
                PageSize = directory.Tracing.PageSize(),
                Request = description,
                Parts = [],
                Metadata = "",
                Reserve = "",
            });
    }
}
