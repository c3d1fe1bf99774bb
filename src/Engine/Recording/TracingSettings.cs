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

    /// <summary>Sets the requested trace options; <c>no</c> in front of a name clears the option.</summary>
    public void SetOptions(IReadOnlyList<string> options)
    {
        foreach (var option in options)
        {
            var on = !option.StartsWith("no", StringComparison.Ordinal) || HasOption(option);
            SetOption(on ? option : option[2..], on);
        }
    }

    /// <summary>Sets or clears a trace option, if the kernel has it.</summary>
    public void TrySetOption(string name, bool on)
    {
        var file = "options/" + name;
        var holder = directory.HolderOf(file);
        if (holder.Has(file)) _ = settings.TrySet(holder, IsOwn(holder), file, on ? "1" : "0");
    }

    private void SetOption(string name, bool on)
    {
        var file = "options/" + name;
        var holder = directory.HolderOf(file);
        if (!holder.Has(file))
        {
            var folder = directory.Top["options"];
            var names = Directory.Exists(folder) ? Directory.EnumerateFiles(folder).Select(f => Path.GetFileName(f)!) : [];
            throw new KernelMagnifierException(ErrorCode.BadSetting, name, "this kernel has no such trace option.",
                Suggestion.Before(name, names, $"The files in {folder} are the trace options."));
        }
        settings.Set(holder, IsOwn(holder), file, on ? "1" : "0");
    }

    private void SetBufferSize(long bytes, int onlineCpus)
    {
        var kilobytes = (bytes / 1024).ToString(CultureInfo.InvariantCulture);
        var error = settings.TrySet(_tracing, directory.IsOwn, "buffer_size_kb", kilobytes);
        if (error == Errno.NoMemory)
        {
            var memory = KernelFacts.AvailableMemory is { } available ? $", {Sizes.Format(available)} available" : "";
            throw new KernelMagnifierException(ErrorCode.BufferTooLarge, null,
                $"The kernel has no memory for a buffer of {Sizes.Format(bytes)} per CPU ({onlineCpus} CPUs{memory}).",
                "Choose a smaller buffer.");
        }
        if (error != 0) throw Settings.Refused(_tracing, "buffer_size_kb", kilobytes, error);
    }

    private bool HasOption(string name) => _tracing.Has("options/" + name) || directory.Top.Has("options/" + name);

    private bool IsOwn(TraceFs holder) => directory.IsOwn && ReferenceEquals(holder, _tracing);
}
