using KernelMagnifier.Symbols;
using KernelMagnifier.Text;

namespace KernelMagnifier.Recording;

/// <summary>
/// What a request means on this machine: programs, tasks, CPUs, functions and events that exist. Resolving it changes nothing.
/// </summary>
internal sealed record RecordingTarget
{
    /// <summary>The request.</summary>
    public required RecordingRequest Request { get; init; }

    /// <summary>The full path of the result.</summary>
    public required string Path { get; init; }

    /// <summary>
    /// The directory in which the command runs and to which relative paths refer; null for the current directory of this process.
    /// </summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>The path of the command's program; null without a command.</summary>
    public string? Program { get; init; }

    /// <summary>The threads of the requested processes.</summary>
    public IReadOnlyList<int> Threads { get; init; } = [];

    /// <summary>The CPUs that are recorded, in ascending order.</summary>
    public required IReadOnlyList<int> Cpus { get; init; }

    /// <summary>The number of CPUs that are online.</summary>
    public required int OnlineCpus { get; init; }

    /// <summary>The functions that can be traced; null without a tracer.</summary>
    public FunctionSet? Functions { get; init; }

    /// <summary>The functions to trace; null for all of them.</summary>
    public IReadOnlyList<TraceableFunction>? Chosen { get; init; }

    /// <summary>The functions whose calls the function_graph tracer follows; null for all of them.</summary>
    public IReadOnlyList<TraceableFunction>? GraphRoots { get; init; }

    /// <summary>The events to record, with their filters and triggers.</summary>
    public EventSelection Selection { get; init; } = EventSelection.None;

    /// <summary>The events to record.</summary>
    public IReadOnlyList<ChosenEvent> Events => Selection.Events;

    /// <summary>Whether <see cref="Chosen"/> comes from exclusions alone.</summary>
    public bool HasExclusionsOnly => Chosen is not null && !Request.HasFunctionFilter;

    /// <summary>Resolves a request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="top">The top level of tracefs.</param>
    /// <param name="host">What this machine supports.</param>
    /// <param name="workingDirectory">See <see cref="WorkingDirectory"/>.</param>
    /// <exception cref="KernelMagnifierException">The request contradicts itself, or something in it does not exist on this
    /// machine.</exception>
    public static RecordingTarget Resolve(RecordingRequest request, TraceFs top, HostReport host, string? workingDirectory)
    {
        RequestCheck.Check(request, host);
        var basePath = workingDirectory ?? Environment.CurrentDirectory;
        var program = request.Command is { } name
            ? TargetCommand.Find(name.Contains('/', StringComparison.Ordinal) ? System.IO.Path.GetFullPath(name, basePath) : name)
            : null;
        var functions = request.EffectiveTracer == RecordingTracer.None
            ? null
            : FunctionSet.Read(top, request.SourceResolver is not null, ModuleFiles.OfRunningKernel);
        TraceOption.RequireAll(request.TraceOption, top);
        return new RecordingTarget
        {
            Request = request,
            Path = System.IO.Path.GetFullPath(request.Path, basePath),
            WorkingDirectory = workingDirectory,
            Program = program,
            Threads = [.. request.ProcessId.SelectMany(ThreadsOf)],
            Cpus = ResolveCpus(request.Cpu, host.OnlineCpus),
            OnlineCpus = host.OnlineCpus.Count,
            Functions = functions,
            Chosen = functions?.Choose(request),
            GraphRoots = functions?.Pick(request.GraphRoot, request.SourceResolver as SymbolMap) is { } roots
                ? [.. functions.All.Where(f => roots.Contains(f.Index))]
                : null,
            Selection = EventSelection.Resolve(request, top),
        };
    }

    private static List<int> ThreadsOf(int process)
        => TaskNames.TasksOf(process) is { Count: > 0 } tasks ? tasks
            : throw new KernelMagnifierException(ErrorCode.NoSuchProcess, $"pid {process}",
                "no such process; it has ended, or it is in another pid namespace.", "Find pids by name with pgrep.");

    private static IReadOnlyList<int> ResolveCpus(IReadOnlyList<int> requested, IReadOnlyList<int> online)
    {
        foreach (var cpu in requested)
            if (!online.Contains(cpu))
                throw NotOnline(cpu, CpuList.ToList(online));
        return requested.Count > 0 ? [.. requested.Distinct().Order()] : online;
    }

    private static KernelMagnifierException NotOnline(int cpu, string online)
    {
        var folder = $"/sys/devices/system/cpu/cpu{cpu}";
        return cpu >= 0 && cpu < KernelFacts.PossibleCpus && Directory.Exists(folder)
            ? new KernelMagnifierException(ErrorCode.CpuOffline, $"CPU {cpu}", $"this CPU is offline; online are {online}.",
                $"Bring it online (echo 1 > {folder}/online), or leave it out.")
            : new KernelMagnifierException(ErrorCode.NoSuchCpu, $"CPU {cpu}",
                $"this machine has no such CPU; online are {online}.", "Choose one of these.");
    }
}
