using KernelMagnifier.Native;

namespace KernelMagnifier.Recording;

/// <summary>What this machine can record, and what to do about what it cannot. Looking changes nothing.</summary>
public sealed record HostReport
{
    /// <summary>Functions or events can be recorded.</summary>
    public bool CanRecord => !Problems.Any(p => p.IsFatal);

    /// <summary>The kernel release (<c>uname -r</c>).</summary>
    public required string KernelRelease { get; init; }

    /// <summary>The kernel's build id.</summary>
    public string? BuildId { get; init; }

    /// <summary>This process runs as root.</summary>
    public required bool IsRoot { get; init; }

    /// <summary>Where tracefs is; null when it is nowhere.</summary>
    public string? TraceFs { get; init; }

    /// <summary>The kernel's lock-down, <c>none</c>, <c>integrity</c> or <c>confidentiality</c>; null when the kernel does not tell.</summary>
    public string? LockDown { get; init; }

    /// <summary>The tracers the kernel has.</summary>
    public IReadOnlyList<string> Tracers { get; init; } = [];

    /// <summary>Calls can be recorded.</summary>
    public bool FunctionTracer => Tracers.Contains("function");

    /// <summary>Calls with durations can be recorded.</summary>
    public bool FunctionGraphTracer => Tracers.Contains("function_graph");

    /// <summary>Functions that can be traced.</summary>
    public int Functions { get; init; }

    /// <summary>Events that can be recorded.</summary>
    public int Events { get; init; }

    /// <summary>Instances can be made, so that other users of tracing are not disturbed.</summary>
    public bool Instances { get; init; }

    /// <summary>The tracer set at the top level: anything but <c>nop</c> is somebody's work.</summary>
    public string? CurrentTracer { get; init; }

    /// <summary>The trace clocks there are.</summary>
    public IReadOnlyList<string> Clocks { get; init; } = [];

    /// <summary>CPUs that are switched on.</summary>
    public IReadOnlyList<int> OnlineCpus { get; init; } = [];

    /// <summary>What a recording would have as buffer, in bytes per CPU, if nothing is asked.</summary>
    public long DefaultBufferSize { get; init; }

    /// <summary>Recordings whose recorder was killed; the next recording puts them together.</summary>
    public IReadOnlyList<string> LeftBehind { get; init; } = [];

    /// <summary>What is in the way.</summary>
    public IReadOnlyList<HostProblem> Problems { get; init; } = [];

    /// <summary>Looks at this machine.</summary>
    public static HostReport Inspect() => Inspect(Recording.TraceFs.Find(), LibC.EffectiveUser() == 0, "/sys/kernel/security/lockdown");

    internal static HostReport Inspect(string? traceFs, bool isRoot, string lockDownFile)
    {
        var problems = new List<HostProblem>();
        void Problem(ErrorCode code, string message) => problems.Add(new HostProblem(code, message, true));

        var lockDown = File.Exists(lockDownFile) && Recording.TraceFs.ReadBytes(lockDownFile) is { Error: 0 } read
            ? Recording.TraceFs.Chosen(System.Text.Encoding.ASCII.GetString(read.Bytes).Trim()) : null;
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
        var (tracers, error) = traceFs is null ? ([], LibC.NoEntry) : Recording.TraceFs.ReadBytes(traceFs + "/available_tracers");
        if (!isRoot && error != 0)
        {
            Problem(ErrorCode.NotRoot, "Recording needs root: tracefs can be read by nobody else. Run it with sudo, or mount tracefs for a group: mount -o remount,gid=GROUP /sys/kernel/tracing.");
            return report with { Problems = problems };
        }
        // Locked down from the start, the kernel mounts a tracefs without a file in it.
        if (lockDown == "confidentiality" || (lockDown is null && traceFs is not null && error == LibC.NoEntry))
        {
            Problem(ErrorCode.KernelLockedDown, LockedDown(lockDown));
            return report with { Problems = problems };
        }
        if (error == LibC.NoEntry)
        {
            Problem(ErrorCode.NoTraceFs, traceFs is null && IsKnown("tracefs")
                ? "tracefs is not mounted. Mount it: mount -t tracefs nodev /sys/kernel/tracing."
                : "This kernel has no tracefs: it was built without CONFIG_FTRACE, or this is a container that does not see it. Boot a kernel with CONFIG_FTRACE (every distribution's has it), or record on the host.");
            return report with { Problems = problems };
        }
        var top = new TraceFs(traceFs!);
        var functions = Recording.TraceFs.ReadBytes(top["available_filter_functions"]);
        if (error is LibC.NotPermitted or LibC.AccessDenied || (isRoot && functions.Error is LibC.NotPermitted or LibC.AccessDenied))
        {
            Problem(ErrorCode.KernelLockedDown, LockedDown(lockDown));
            return report with { Problems = problems };
        }
        report = report with
        {
            Tracers = System.Text.Encoding.ASCII.GetString(tracers).Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries),
            Functions = functions.Bytes.AsSpan().Count((byte)'\n'),
            Events = (top.TryReadBytes("available_events") ?? []).AsSpan().Count((byte)'\n'),
            Instances = Directory.Exists(top["instances"]),
            CurrentTracer = top.TryRead("current_tracer"),
            Clocks = [.. (top.TryRead("trace_clock") ?? "").Replace("[", "", StringComparison.Ordinal).Replace("]", "", StringComparison.Ordinal).Split(' ', StringSplitOptions.RemoveEmptyEntries)],
            LeftBehind = [.. LeftOvers.List(StateDirectory.Places)],
        };
        if (LibC.Access(top["current_tracer"], 2) != 0)
            Problem(ErrorCode.NotRoot, $"{top["current_tracer"]} cannot be written by this user. Run with sudo.");
        if (!report.FunctionTracer)
            problems.Add(new HostProblem(ErrorCode.TracerNotBuiltIn, NotBuiltIn("function", report.Tracers), report.Events == 0));
        else if (!report.FunctionGraphTracer)
            problems.Add(new HostProblem(ErrorCode.TracerNotBuiltIn, NotBuiltIn("function_graph", report.Tracers), false));
        if (report.CurrentTracer is not (null or "nop"))
            problems.Add(new HostProblem(ErrorCode.TracerInUse, $"Somebody uses the tracer '{report.CurrentTracer}' at the top level of tracefs. A recording in an instance of its own is not affected; one that needs the top level has to wait.", false));
        return report with { Problems = problems };
    }

    internal static string LockedDown(string? mode)
        => $"This kernel is locked down{(mode is null ? "" : $" ({mode})")}: it hands out no traces, not even to root. Record on a machine whose kernel allows it; where you own the machine, boot without lockdown=confidentiality (kernel command line) or with Secure Boot's lock-down set to integrity.";

    internal static string NotBuiltIn(string tracer, IReadOnlyList<string> there)
        => $"This kernel has no tracer '{tracer}': it was built without {(tracer == "function" ? "CONFIG_FUNCTION_TRACER" : "CONFIG_FUNCTION_GRAPH_TRACER")}. It has: {string.Join(' ', there)}. Boot a kernel that was built with it; events can be recorded without a tracer.";

    private static bool IsKnown(string fileSystem)
        => System.Text.Encoding.ASCII.GetString(Recording.TraceFs.ReadBytes("/proc/filesystems").Bytes).Split('\n').Any(l => l.EndsWith("\t" + fileSystem, StringComparison.Ordinal));
}
