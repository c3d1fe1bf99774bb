using System.Text;
using KernelMagnifier.Native;

namespace KernelMagnifier.Recording;

/// <summary>What this machine can record, and what limits it. Inspecting the machine changes nothing.</summary>
public sealed record HostReport
{
    /// <summary>Whether functions or events can be recorded.</summary>
    public bool CanRecord => !Problems.Any(p => p.IsFatal);

    /// <summary>The kernel release (<c>uname -r</c>).</summary>
    public required string KernelRelease { get; init; }

    /// <summary>The kernel's build id in lower-case hexadecimal; null when it has none.</summary>
    public string? BuildId { get; init; }

    /// <summary>Whether this process runs as root.</summary>
    public required bool IsRoot { get; init; }

    /// <summary>The mount point of tracefs; null when it is not mounted.</summary>
    public string? TraceFs { get; init; }

    /// <summary>The kernel's lockdown mode: <c>none</c>, <c>integrity</c> or <c>confidentiality</c>; null when unknown.</summary>
    public string? LockDown { get; init; }

    /// <summary>The tracers that are built into the kernel.</summary>
    public IReadOnlyList<string> Tracers { get; init; } = [];

    /// <summary>Whether calls can be recorded.</summary>
    public bool FunctionTracer => Tracers.Contains("function");

    /// <summary>Whether calls with durations can be recorded.</summary>
    public bool FunctionGraphTracer => Tracers.Contains("function_graph");

    /// <summary>The number of functions that can be traced.</summary>
    public int Functions { get; init; }

    /// <summary>The number of events that can be recorded.</summary>
    public int Events { get; init; }

    /// <summary>Whether the kernel supports instances, in which a recording does not disturb other users of tracing.</summary>
    public bool Instances { get; init; }

    /// <summary>The tracer at the top level; other than <c>nop</c> means that somebody uses it.</summary>
    public string? CurrentTracer { get; init; }

    /// <summary>The trace clocks.</summary>
    public IReadOnlyList<string> Clocks { get; init; } = [];

    /// <summary>The CPUs that are online.</summary>
    public IReadOnlyList<int> OnlineCpus { get; init; } = [];

    /// <summary>The default size of the kernel's buffer, in bytes per CPU.</summary>
    public long DefaultBufferSize { get; init; }

    /// <summary>The output files of recordings whose recorder was killed. The next recording completes them.</summary>
    public IReadOnlyList<string> LeftBehind { get; init; } = [];

    /// <summary>The problems that were found.</summary>
    public IReadOnlyList<HostProblem> Problems { get; init; } = [];

    /// <summary>Inspects this machine.</summary>
    public static HostReport Inspect()
        => Inspect(Recording.TraceFs.Find(), ProcessCalls.EffectiveUser() == 0, "/sys/kernel/security/lockdown");

    /// <summary>Inspects this machine for events: functions are not counted, which takes time.</summary>
    internal static HostReport InspectForEvents()
        => Inspect(Recording.TraceFs.Find(), ProcessCalls.EffectiveUser() == 0, "/sys/kernel/security/lockdown", counts: false);

    internal static HostReport Inspect(string? traceFs, bool isRoot, string lockDownFile, bool counts = true)
    {
        var lockDown = File.Exists(lockDownFile) && Recording.TraceFs.ReadBytes(lockDownFile) is { Error: 0 } read
            ? Recording.TraceFs.Chosen(Encoding.ASCII.GetString(read.Bytes).Trim()) : null;
        var report = new HostReport
        {
            KernelRelease = KernelFacts.Release,
            BuildId = KernelFacts.BuildId,
            IsRoot = isRoot,
            TraceFs = traceFs,
            LockDown = lockDown,
            OnlineCpus = KernelFacts.OnlineCpus,
            DefaultBufferSize = Recorder.DefaultBufferSize(KernelFacts.OnlineCpus.Count),
        };
        var (tracers, error) = traceFs is null
            ? ([], Errno.NoEntry)
            : Recording.TraceFs.ReadBytes(traceFs + "/available_tracers");
        if (FindObstacle(traceFs, isRoot, lockDown, error) is { } obstacle) return report with { Problems = [obstacle] };
        return report.WithTracing(new TraceFs(traceFs!), Encoding.ASCII.GetString(tracers), counts);
    }

    /// <summary>Finds the problem that makes tracefs unusable; null when it is usable.</summary>
    private static HostProblem? FindObstacle(string? traceFs, bool isRoot, string? lockDown, int error)
    {
        if (!isRoot && error != 0)
            return Fatal(ErrorCode.NotRoot, "Recording needs root: only root can read tracefs.",
                "Run it with sudo, or give a group access to tracefs: mount -o remount,gid=GROUP /sys/kernel/tracing");
        // A kernel that is locked down from boot mounts an empty tracefs.
        if (lockDown == "confidentiality" || (lockDown is null && traceFs is not null && error == Errno.NoEntry))
            return LockedDown(lockDown);
        if (error == Errno.NoEntry)
        {
            return traceFs is null && IsKnownFileSystem("tracefs")
                ? Fatal(ErrorCode.NoTraceFs, "tracefs is not mounted.", "Mount it: mount -t tracefs nodev /sys/kernel/tracing")
                : Fatal(ErrorCode.NoTraceFs,
                    "This kernel has no tracefs: it was built without CONFIG_FTRACE, or this is a container without access.",
                    "Boot a kernel with CONFIG_FTRACE, which the kernels of all distributions have, or record on the host.");
        }
        if (error is Errno.NotPermitted or Errno.AccessDenied) return LockedDown(lockDown);
        var functions = new TraceFs(traceFs!).ErrorOf("available_filter_functions");
        return isRoot && functions is Errno.NotPermitted or Errno.AccessDenied ? LockedDown(lockDown) : null;
    }

    private HostReport WithTracing(TraceFs top, string tracers, bool counts)
    {
        var report = this with
        {
            Tracers = tracers.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries),
            Functions = counts ? CountLines(top, "available_filter_functions") : 0,
            Events = counts ? CountLines(top, "available_events") : 1,
            Instances = Directory.Exists(top["instances"]),
            CurrentTracer = top.TryRead("current_tracer"),
            Clocks = Recording.TraceFs.Choices(top.TryRead("trace_clock") ?? ""),
            LeftBehind = counts ? [.. Recovery.List(StateDirectory.Candidates)] : [],
        };
        return report with { Problems = report.FindLimits(top) };
    }

    private List<HostProblem> FindLimits(TraceFs top)
    {
        var problems = new List<HostProblem>();
        if (FileCalls.Access(top["current_tracer"], FileCalls.MayWrite) != 0)
            problems.Add(Fatal(ErrorCode.NotRoot, $"This user cannot write to {top["current_tracer"]}.", "Run it with sudo."));
        if (!FunctionTracer) problems.Add(TracerNotBuiltIn("function", Tracers) with { IsFatal = Events == 0 });
        else if (!FunctionGraphTracer) problems.Add(TracerNotBuiltIn("function_graph", Tracers));
        if (CurrentTracer is not (null or "nop"))
            problems.Add(new HostProblem(ErrorCode.TracerInUse,
                $"The tracer '{CurrentTracer}' is in use at the top level. Recordings in an instance are not affected.",
                "Wait until its user has finished before a recording that needs the top level.", false));
        return problems;
    }

    internal static HostProblem LockedDown(string? mode) => Fatal(ErrorCode.KernelLockedDown,
        $"This kernel is locked down{(mode is null ? "" : $" ({mode})")} and provides no traces, not even to root.",
        "Record on a machine whose kernel is not locked down. On your own machine, boot without lockdown=confidentiality on the "
            + "kernel command line, or set the lockdown of Secure Boot to integrity.");

    internal static HostProblem TracerNotBuiltIn(string tracer, IReadOnlyList<string> available)
    {
        var option = tracer == "function" ? "CONFIG_FUNCTION_TRACER" : "CONFIG_FUNCTION_GRAPH_TRACER";
        return new HostProblem(ErrorCode.TracerNotBuiltIn,
            $"This kernel has no tracer '{tracer}': it was built without {option}. Available are: {string.Join(' ', available)}.",
            "Boot a kernel that was built with it, or record events, which need no tracer.", false);
    }

    private static HostProblem Fatal(ErrorCode code, string cause, string action) => new(code, cause, action, true);

    private static int CountLines(TraceFs top, string file) => (top.TryReadBytes(file) ?? []).AsSpan().Count((byte)'\n');

    private static bool IsKnownFileSystem(string name)
        => Encoding.ASCII.GetString(Recording.TraceFs.ReadBytes("/proc/filesystems").Bytes).Split('\n')
            .Any(l => l.EndsWith("\t" + name, StringComparison.Ordinal));
}
