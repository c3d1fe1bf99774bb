using KernelMagnifier.Native;

namespace KernelMagnifier.Recording;

/// <summary>
/// Where a recording is made: in an own instance, or at the top level of tracefs, which is shared with other users.
/// </summary>
/// <param name="Top">The top level.</param>
/// <param name="Tracing">The directory of the instance, or the top level.</param>
internal sealed record TracingDirectory(TraceFs Top, TraceFs Tracing)
{
    /// <summary>
    /// Prefix of the names of own instances. The recorder's pid follows, so that an instance without a journal can be assigned to
    /// its recorder.
    /// </summary>
    public const string InstancePrefix = "kernel-magnifier-";

    private const int RemoveAttempts = 50, RemoveMilliseconds = 20;

    /// <summary>Whether it is an own instance.</summary>
    public bool IsOwn => !ReferenceEquals(Top, Tracing);

    /// <summary>
    /// The tracing directory that has a setting: an instance has only some of them, the others exist at the top level alone.
    /// </summary>
    public TraceFs HolderOf(string file) => Tracing.Has(file) ? Tracing : Top;

    /// <summary>
    /// Creates an instance if the kernel supports the tracer in instances (<c>available_tracers</c> of the instance lists it);
    /// otherwise uses the top level.
    /// </summary>
    /// <param name="top">The top level.</param>
    /// <param name="host">What the kernel supports.</param>
    /// <param name="request">The request.</param>
    /// <param name="name">The name of the instance.</param>
    /// <exception cref="KernelMagnifierException">
    /// <see cref="ErrorCode.BufferTooLarge"/>, or <see cref="ErrorCode.TracerInUse"/> when the top level is needed and in use.
    /// </exception>
    public static TracingDirectory Create(TraceFs top, HostReport host, RecordingRequest request, string name)
    {
        if (host.Instances && CreateInstance(top, request.EffectiveTracer.KernelName(), name) is { } instance)
            return new TracingDirectory(top, instance);
        RequireUnused(top, request);
        return new TracingDirectory(top, top);
    }

    private static TraceFs? CreateInstance(TraceFs top, string? tracer, string name)
    {
        var instance = top.Instance(name);
        if (FileCalls.MakeDirectory(instance.Directory, FileCalls.OwnerDirectory) != 0)
        {
            return Errno.Last == Errno.NoMemory
                ? throw new KernelMagnifierException(ErrorCode.BufferTooLarge, null,
                    "The kernel has no memory for another tracing instance.", "Free some memory.")
                : null;
        }
        var tracers = (instance.TryRead("available_tracers") ?? "").Split(' ');
        if (tracer is null || tracers.Contains(tracer)) return instance;
        Remove(instance);
        return null;
    }

    private static void RequireUnused(TraceFs top, RecordingRequest request)
    {
        var tracer = request.EffectiveTracer.KernelName();
        var need = $"On this kernel the tracer '{tracer}' needs the top level of tracefs, which cannot be shared.";
        KernelMagnifierException InUse(string file, string cause, string action)
            => new(ErrorCode.TracerInUse, top[file], $"{cause} {need}", action);

        if ((top.TryRead("current_tracer") ?? "nop") is not "nop" and var current)
            throw InUse("current_tracer", $"the tracer '{current}' is in use.",
                $"Wait until its user has finished. If it was left behind, end it: echo nop > {top["current_tracer"]}");
        if (top.TryRead("set_event") is { Length: > 0 } events)
            throw InUse("set_event", $"events are enabled ({string.Join(", ", events.Split('\n').Take(3))}).",
                $"Wait until their user has finished. If they were left enabled, disable them: echo > {top["set_event"]}");
        if (request.Force) return;
        var unread = top.Directories("per_cpu").Sum(cpu => CpuStats.Parse(top.TryRead($"per_cpu/{cpu}/stats") ?? "").Entries);
        if (unread > 0)
            throw InUse("trace", $"the buffer contains {unread} events that nobody has read.",
                "Read them, or allow them to be discarded.");
    }

    /// <summary>Removes an own instance. The kernel refuses while another process has one of its files open.</summary>
    /// <returns>Whether the instance no longer exists; true when the recording has no own instance.</returns>
    public static bool Remove(RecordingPlan plan)
        => plan.Instance.Length == 0 || plan.Instance.Contains('/', StringComparison.Ordinal) || Remove(plan.Tracing);

    /// <summary>Says that an own instance could not be removed.</summary>
    public static string NotRemoved(TraceFs instance)
        => $"{instance.Directory}: the instance could not be removed, because another process has one of its files open. The next "
            + $"recording removes it, or: rmdir {instance.Directory}";

    /// <inheritdoc cref="Remove(RecordingPlan)"/>
    public static bool Remove(TraceFs instance)
    {
        for (var i = 0; i < RemoveAttempts; i++)
        {
            if (!Directory.Exists(instance.Directory) || FileCalls.RemoveDirectory(instance.Directory) == 0) return true;
            if (i == 0)
            {
                _ = instance.TryWrite("tracing_on", "0");
                _ = instance.TryWrite("events/enable", "0");
                _ = instance.TryWrite("current_tracer", "nop");
            }
            Thread.Sleep(RemoveMilliseconds);
        }
        return false;
    }
}
