using System.Diagnostics;
using KernelMagnifier.Recording;

namespace KernelMagnifier.Replay;

/// <summary>Watches the running kernel: its events and calls as they happen, from a tracing instance of their own.</summary>
internal static class LiveWatch
{
    private const string DefaultPreset = "Scheduling";

    // What is read must be in time order over all CPUs, for which the reader waits a while anyway.
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    /// <summary>Sets up an instance and switches tracing on. What killed recorders left is undone first.</summary>
    /// <exception cref="KernelMagnifierException">It cannot be set up. What was changed is restored.</exception>
    public static LiveTracing Start(LiveWatchRequest request)
    {
        var machine = TracingMachine.Inspect(StateDirectory.Candidates);
        machine.Recover();
        var isDefault = request.HasEvents && request.Events.Count == 0 && request.Presets.Count == 0;
        var recording = new RecordingRequest
        {
            Path = "", Tracer = request.HasFunctions ? RecordingTracer.Function : RecordingTracer.None,
            Preset = isDefault ? [DefaultPreset] : request.Presets,
            Event = request.Events, Function = request.Functions, ExcludeFunction = request.ExcludedFunctions,
            Module = request.Modules, ExcludeModule = request.ExcludedModules,
        };
        var selection = EventSelection.Resolve(recording, machine.Top);
        // Setting up can take seconds, which do not count.
        var began = 0L;
        return LiveTracing.Start(new LiveRequest
        {
            Description = $"watch: {recording.Explain()}",
            Selection = selection with { Warnings = [.. machine.Problems, .. selection.Warnings] },
            Functions = request.HasFunctions ? recording : null,
            BufferSize = request.BufferSize,
            Interval = Interval,
            WithSymbols = true,
            WithTaskNames = true,
            DedicatedProcess = request.DedicatedProcess,
            Reading = request.Reading,
            IsOver = IsOver,
        }, machine);

        bool IsOver()
        {
            if (began == 0) began = Stopwatch.GetTimestamp();
            return Stopwatch.GetElapsedTime(began) >= (request.Duration ?? TimeSpan.MaxValue);
        }
    }
}
