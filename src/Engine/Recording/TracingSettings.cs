using System.Globalization;
using KernelMagnifier.Native;
using KernelMagnifier.Text;

namespace KernelMagnifier.Recording;

/// <summary>Applies the settings of a recording to its tracing directory, except those of <see cref="TracingFilters"/>.</summary>
/// <param name="directory">Where the recording is made.</param>
/// <param name="settings">Changes and restores settings.</param>
internal sealed class TracingSettings(TracingDirectory directory, Settings settings)
{
    private readonly TraceFs _tracing = directory.Tracing;

    /// <summary>Changes a required setting of the tracing directory.</summary>
    public void Set(string file, string value, SettingKind kind = SettingKind.Value)
        => settings.Set(_tracing, directory.IsOwn, file, value, kind);

    /// <summary>Changes a setting that older kernels lack.</summary>
    /// <returns>Whether it was changed.</returns>
    public bool TrySet(string file, string value, SettingKind kind = SettingKind.Value)
        => _tracing.Has(file) && settings.TrySet(_tracing, directory.IsOwn, file, value, kind) == 0;

    /// <summary>Adds a trigger to an event.</summary>
    /// <returns>0, or the kernel's error number.</returns>
    public int TryAddTrigger(EventTrigger trigger) => settings.TryAddTrigger(_tracing, directory.IsOwn, trigger);

    /// <summary>Changes a required setting where it exists: in the instance or at the top level.</summary>
    public void SetShared(string file, string value, SettingKind kind = SettingKind.Value)
    {
        var holder = directory.HolderOf(file);
        settings.Set(holder, IsOwn(holder), file, value, kind);
    }

    /// <summary>Switches tracing off and applies clock, buffer and CPUs.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cpus">The CPUs that are recorded.</param>
    /// <param name="onlineCpus">The number of CPUs that get a buffer.</param>
    public void ApplyBuffer(RecordingRequest request, IReadOnlyList<int> cpus, int onlineCpus)
    {
        var isUnused = directory.Top.TryRead("buffer_size_kb")?.Contains("expanded", StringComparison.Ordinal) ?? false;
        if (directory.IsOwn && isUnused) settings.Watch(directory.Top, "buffer_size_kb");
        Set("tracing_on", "0");
        Set("trace_clock", request.EffectiveClock);
        SetBufferSize(request.BufferSize ?? Recorder.DefaultBufferSize(cpus.Count), onlineCpus);
        TrySetOption("overwrite", true);
        TrySetOption("irq-info", true);
        if (request.Cpu.Count > 0) Set("tracing_cpumask", CpuList.ToMask(cpus));
    }

    /// <summary>Sets the tracer.</summary>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.TracerInUse"/> or
    /// <see cref="ErrorCode.BadSetting"/>.</exception>
    public void SetTracer(string tracer)
    {
        var error = settings.TrySet(_tracing, directory.IsOwn, "current_tracer", tracer);
        if (error == 0) return;
        throw error == Errno.Busy
            ? new KernelMagnifierException(ErrorCode.TracerInUse, _tracing["current_tracer"],
                $"the tracer '{tracer}' is in use by another program.",
                $"See current_tracer in {directory.Top.Directory} and its instances; wait until it is nop, or end the program.")
            : Settings.Refused(_tracing, "current_tracer", tracer, error);
    }

    /// <summary>
    /// Sets the requested trace options that exist; <c>no</c> in front of a name clears the option. Old kernels have the options
    /// of a tracer only once it is set.
    /// </summary>
    /// <returns>The options that do not exist yet.</returns>
    public List<string> SetExistingOptions(IReadOnlyList<string> options)
    {
        var missing = new List<string>();
        foreach (var typed in options)
        {
            if (TraceOption.Find(typed, HasOption) is { } option) SetOption(option);
            else missing.Add(typed);
        }
        return missing;
    }

    /// <summary>Sets the requested trace options, all of which must exist.</summary>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.BadSetting"/>.</exception>
    public void SetOptions(IReadOnlyList<string> options)
    {
        if (SetExistingOptions(options) is [var first, ..]) throw TraceOption.Unknown(first, directory.Top);
    }

    /// <summary>Sets or clears a trace option, if the kernel has it.</summary>
    public void TrySetOption(string name, bool on)
    {
        var file = TraceOption.Folder + name;
        var holder = directory.HolderOf(file);
        if (holder.Has(file)) _ = settings.TrySet(holder, IsOwn(holder), file, on ? "1" : "0");
    }

    /// <summary>
    /// Sets an option. The flags of a tracer belong to the kernel as a whole (kernel: <c>struct tracer_flags</c> in
    /// kernel/trace/trace.h), so a change in an own instance shows at the top level and in all other instances.
    /// </summary>
    private void SetOption(TraceOption option)
    {
        var file = TraceOption.Folder + option.Name;
        var holder = directory.HolderOf(file);
        var others = directory.Top.Directories("instances").Select(directory.Top.Instance).Prepend(directory.Top)
            .Where(at => at.Directory != holder.Directory && at.Directory != _tracing.Directory && at.Has(file)).ToList();
        settings.WatchDuring(others, file,
            () => settings.Set(holder, IsOwn(holder), file, option.IsOn ? "1" : "0"));
    }

    private void SetBufferSize(long bytes, int onlineCpus)
    {
        var kilobytes = (bytes / 1024).ToString(CultureInfo.InvariantCulture);
        var error = settings.TrySet(_tracing, directory.IsOwn, "buffer_size_kb", kilobytes);
        if (error == Errno.NoMemory)
        {
            var memory = KernelFacts.AvailableMemory is { } available ? $", {Sizes.Format(available)} available" : "";
            throw new RequestException(ErrorCode.BufferTooLarge, nameof(RecordingRequest.BufferSize),
                $"The kernel has no memory for a buffer of {Sizes.Format(bytes)} per CPU ({onlineCpus} CPUs{memory}).",
                "Choose a smaller buffer.");
        }
        if (error != 0) throw Settings.Refused(_tracing, "buffer_size_kb", kilobytes, error);
    }

    private bool HasOption(string name)
        => _tracing.Has(TraceOption.Folder + name) || directory.Top.Has(TraceOption.Folder + name);

    private bool IsOwn(TraceFs holder) => directory.IsOwn && ReferenceEquals(holder, _tracing);
}
