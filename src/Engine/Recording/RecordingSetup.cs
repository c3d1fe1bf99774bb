using System.Globalization;
using KernelMagnifier.Files;
using KernelMagnifier.Text;

namespace KernelMagnifier.Recording;

/// <summary>
/// Sets up a recording: resolves the request, writes the journal, changes settings, and starts the session. If a step fails,
/// everything is undone.
/// </summary>
internal sealed class RecordingSetup : IDisposable
{
    private readonly RecordingTarget _target;
    private readonly HostReport _host;
    private readonly TraceFs _top;
    private readonly OutputPlace _place;
    private readonly List<string> _warnings;
    private TracingScope? _scope;
    private RecordingFiles? _files;
    private TargetCommand? _command;
    private bool _handedOver;

    private RecordingSetup(RecordingTarget target, HostReport host, TraceFs top, OutputPlace place, List<string> warnings)
        => (_target, _host, _top, _place, _warnings) = (target, host, top, place, warnings);

    /// <summary>Starts a recording, see <see cref="Recorder.Start"/>.</summary>
    public static RecordingSession Start(RecordingRequest request, string? workingDirectory,
        IReadOnlyList<string> stateDirectories)
    {
        var host = HostReport.Inspect();
        if (host.Problems.FirstOrDefault(p => p.IsFatal) is { } problem) throw problem.ToException();
        var top = new TraceFs(host.TraceFs!);
        var target = RecordingTarget.Resolve(request, top, host, workingDirectory);
        var place = OutputPlace.Open(target.Path);
        try
        {
            RequireSpace(place, request.MinFree);
            // The request is checked completely; only now is anything changed.
            var (recovered, problems) = Recovery.Run(stateDirectories, top);
            using var setup = new RecordingSetup(target, host, top, place, [.. problems, .. target.Selection.Warnings]);
            var session = setup.Run(StateDirectory.Create(stateDirectories), stateDirectories);
            session.Recovered = recovered;
            return session;
        }
        catch
        {
            place.Dispose();
            throw;
        }
    }

    private static void RequireSpace(OutputPlace place, long minFree)
    {
        if (place.FreeSpace >= minFree) return;
        throw new KernelMagnifierException(ErrorCode.DiskFull, place.Directory,
            $"the file system has {Sizes.Format(place.FreeSpace)} free, less than the {Sizes.Format(minFree)} to keep free.",
            "Free disk space, choose another directory, or keep less space free.");
    }

    private RecordingSession Run(string stateDirectory, IReadOnlyList<string> stateDirectories)
    {
        var request = _target.Request;
        // Of two recorders that start at the same time, the second one finds the files of the first.
        using (StateDirectory.Lock(stateDirectory))
        {
            RequireOwnName(_place, Journal.FindRunning(stateDirectories));
            CreateFiles(stateDirectory);
        }
        var (scope, plan) = (_scope!, _scope!.Plan);
        _files!.WriteMetadata(scope.Directory, _target.Selection.Formats);

        var settings = new TracingSettings(scope.Directory, scope.Settings);
        settings.ApplyBuffer(request, _target.Cpus, _target.OnlineCpus);
        var excludesSelf = ApplyFilters(new TracingFilters(scope.Directory, settings, _target), stateDirectory);
        var session = new RecordingSession(new PreparedRecording
        {
            Request = request,
            Plan = plan,
            Directory = scope.Directory,
            Settings = scope.Settings,
            Journal = scope.Journal,
            Files = _files,
            Guard = scope.Guard,
            Events = _target.Events,
            Formats = _target.Selection.Formats,
            Command = _command,
            Functions = _target.Chosen?.Count,
            ExcludesSelf = excludesSelf,
            Warnings = _warnings,
        });
        try
        {
            // What the kernel refuses, it refuses here, before the tracer is on.
            var ofTracer = settings.SetExistingOptions(request.TraceOption);
            if (plan.Tracer.KernelName() is { } tracer) settings.SetTracer(tracer);
            settings.SetOptions(ofTracer);
            session.Begin();
        }
        catch
        {
            session.Abandon();
            throw;
        }
        _handedOver = true;
        return session;
    }

    /// <summary>Refuses a result that another recorder is writing, because the one that ends first would be lost.</summary>
    /// <param name="place">The place of the result.</param>
    /// <param name="running">The recordings that run.</param>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.OutputNotWritable"/>.</exception>
    internal static void RequireOwnName(OutputPlace place, IEnumerable<RecordingPlan> running)
    {
        // The temporary names are unique, so one that is here shows that it is the same directory, whatever its path.
        foreach (var other in running)
            if (Path.GetFileName(other.Output) == Path.GetFileName(place.Path) && other.Parts.Any(p => place.Has(p.File)))
                throw new KernelMagnifierException(ErrorCode.OutputNotWritable, place.Path,
                    $"the recorder with pid {other.Recorder} writes a recording to this file, since "
                        + $"{other.Started.ToString("HH:mm:ss", CultureInfo.InvariantCulture)}.",
                    "Wait until it has finished, end it, or choose another name.");
    }

    /// <summary>Creates the tracing directory, the journal and the files.</summary>
    private void CreateFiles(string stateDirectory)
    {
        _scope = TracingScope.Create(_top, _host, _target.Request, stateDirectory, MakePlan);
        _files = RecordingFiles.Create(_scope.Plan, _place);
        _scope.Journal.NoteFiles();
    }

    private RecordingPlan MakePlan(TracingDirectory directory, string name)
    {
        var request = _target.Request;
        var pageSize = directory.Tracing.PageSize();
        var isText = request.Format == RecordingFormat.Text;
        return new RecordingPlan
        {
            Boot = RecordingPlan.ThisBoot,
            Recorder = Environment.ProcessId,
            Started = DateTimeOffset.Now,
            TraceFs = _top.Directory,
            Instance = directory.IsOwn ? name : "",
            Output = _target.Path,
            Format = request.Format,
            Tracer = request.EffectiveTracer,
            Clock = request.EffectiveClock,
            PageSize = pageSize,
            Request = request.ToString(),
            Parts = isText ? [new RecordingPart(-1, _place.NameOf("part"), 0)] : [.. _target.Cpus.Select(ToPart)],
            Metadata = isText ? "" : _place.NameOf("kernel"),
            Reserve = isText ? "" : _place.NameOf("reserve"),
        };

        RecordingPart ToPart(int cpu, int index)
            => index == 0
                ? new RecordingPart(cpu, _place.NameOf("part"), TraceDatWriter.DataStart(pageSize))
                : new RecordingPart(cpu, _place.NameOf($"cpu{cpu}"), 0);
    }

    /// <summary>Applies all filters, and holds the command back so that its pid is among them.</summary>
    /// <returns>Whether this process is excluded.</returns>
    private bool ApplyFilters(TracingFilters filters, string stateDirectory)
    {
        filters.ApplyFunctions();
        List<int> tasks = [.. _target.Threads];
        if (_target.Program is { } program)
        {
            _command = TargetCommand.Hold(program, _target.Request.ArgumentList, stateDirectory, _target.WorkingDirectory,
                _scope!.Journal.Descriptor);
            _scope.Journal.NoteHeld(_command.ProcessId, TargetCommand.StartedAt(_command.ProcessId));
            tasks.Add(_command.ProcessId);
        }
        var excludesSelf = false;
        if (tasks.Count > 0) filters.ApplyTasks(tasks);
        else if (!_target.Request.IncludeSelf)
            excludesSelf = filters.ExcludeTasks(TaskNames.TasksOf(Environment.ProcessId), _target.Request.DedicatedProcess);
        filters.ApplyGraph();
        filters.ApplyEvents();
        return excludesSelf;
    }

    /// <summary>Undoes everything, unless the session took over.</summary>
    public void Dispose()
    {
        if (_handedOver) return;
        _command?.Dispose();
        _scope?.Restore();
        _files?.DeleteAll();
        _files?.Dispose();
        _scope?.Dispose();
    }
}
