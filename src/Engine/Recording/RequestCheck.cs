using System.Runtime.InteropServices;

namespace KernelMagnifier.Recording;

/// <summary>Checks the values of a request and their combination, before anything on the machine is looked up.</summary>
internal static class RequestCheck
{
    private const int SmallestBuffer = 4096;

    /// <summary>Checks a request.</summary>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.BadRequest"/>, <see cref="ErrorCode.UnknownPreset"/>,
    /// <see cref="ErrorCode.TracerNotBuiltIn"/> or <see cref="ErrorCode.BadSetting"/>.</exception>
    public static void Check(RecordingRequest request, HostReport host)
    {
        CheckValues(request);
        CheckFormat(request);
        CheckEvents(request);
        CheckTracer(request);
        if (request.EffectiveTracer.KernelName() is { } tracer && !host.Tracers.Contains(tracer))
            throw HostReport.TracerNotBuiltIn(tracer, host.Tracers).ToException();
        if (!host.Clocks.Contains(request.EffectiveClock))
            throw new KernelMagnifierException(ErrorCode.BadSetting, request.EffectiveClock,
                "this kernel has no such trace clock.", $"Choose one of: {string.Join(' ', host.Clocks)}.");
    }

    private static void CheckValues(RecordingRequest request)
    {
        if (request.Duration is { } duration && duration <= TimeSpan.Zero)
            throw Bad(nameof(request.Duration), "The duration is not positive.", "Choose a longer one.");
        if (request.Duration > RecordingRequest.LongestDuration)
            throw Bad(nameof(request.Duration),
                $"The duration is longer than {RecordingRequest.LongestDuration.TotalSeconds:0} s, which is "
                    + $"{RecordingRequest.LongestDuration.TotalDays:0} days.",
                "Choose a shorter one, or none for a recording without a limit.");
        if (request.MaxSize is <= 0)
            throw Bad(nameof(request.MaxSize), "The size limit is not positive.", "Choose a larger one.");
        if (request.MinFree < 0)
            throw Bad(nameof(request.MinFree), "The space to keep free is negative.", "Choose 0 or more bytes.");
        if (request.BufferSize is < SmallestBuffer)
            throw Bad(nameof(request.BufferSize), $"The buffer is smaller than one page of {SmallestBuffer} bytes per CPU.",
                "Choose a larger one.");
        if (request.MaxDepth < 0)
            throw Bad(nameof(request.MaxDepth), "The depth is negative.", "Choose 1 or more, or 0 for any depth.");
        if (request.ArgumentList.Count > 0 && request.Command is null)
            throw Bad(nameof(request.ArgumentList), "There are arguments but no command.",
                "Add the command, or leave the arguments out.");
    }

    private static void CheckFormat(RecordingRequest request)
    {
        if (!request.Compress) return;
        if (request.Format == RecordingFormat.Text)
            throw Bad(nameof(request.Compress), "Text cannot be compressed, only trace.dat.",
                "Choose the format trace.dat, or leave compression out.");
        if (!NativeLibrary.TryLoad("libzstd.so.1", out _))
            throw Bad(nameof(request.Compress), "Compression needs libzstd.so.1, which is not installed.",
                "Install it: apt-get install libzstd1");
    }

    private static void CheckEvents(RecordingRequest request)
    {
        foreach (var name in request.Preset) _ = EventPreset.Find(name);
        CheckTexts(request.EventFilter, nameof(request.EventFilter), "filter");
        CheckTexts(request.EventTrigger, nameof(request.EventTrigger), "trigger");
        if (request.EventFilter.Count > 0 && !request.RecordsEvents)
            throw Bad(nameof(request.EventFilter), "There is a filter of events, but no event is recorded.", "Choose an event.");
        foreach (var trigger in request.EventTrigger)
            if (trigger.Event is null)
                throw Bad(nameof(request.EventTrigger), $"The trigger '{trigger.Text}' has no event.",
                    "Write it as system:event=trigger.");
    }

    private static void CheckTexts(IReadOnlyList<EventText> texts, string property, string thing)
    {
        foreach (var text in texts)
            // The kernel takes one line, and an exclamation mark removes a trigger.
            if (text.Text.Length == 0 || text.Text.Contains('\n', StringComparison.Ordinal) || text.Text.StartsWith('!'))
                throw Bad(property, $"The {thing} '{text}' is empty, begins with an exclamation mark, or has several lines.",
                    $"Write it as system:event={thing}.");
    }

    private static void CheckTracer(RecordingRequest request)
    {
        const string ChooseFunctionGraph = "Choose the tracer function_graph, or leave it out.";
        var tracer = request.EffectiveTracer;
        if (request.GraphRoot.Count > 0 && tracer != RecordingTracer.FunctionGraph)
            throw Bad(nameof(request.GraphRoot), "A graph root needs the tracer function_graph.", ChooseFunctionGraph);
        if (request.MaxDepth > 0 && tracer != RecordingTracer.FunctionGraph)
            throw Bad(nameof(request.MaxDepth), "A depth needs the tracer function_graph.", ChooseFunctionGraph);
        if (tracer != RecordingTracer.None) return;
        if (!request.RecordsEvents)
            throw Bad(nameof(request.Tracer), "Neither a tracer nor an event is requested, so nothing would be recorded.",
                "Choose a tracer or an event.");
        if (request.HasFunctionFilter)
            throw Bad(nameof(request.Tracer), "Functions are requested, but no tracer that records them.",
                "Choose the tracer function or function_graph.");
    }

    private static RequestException Bad(string property, string cause, string action)
        => new(ErrorCode.BadRequest, property, cause, action);
}
