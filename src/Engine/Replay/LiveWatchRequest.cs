using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Replay;

/// <summary>What of the running kernel is watched.</summary>
internal sealed record LiveWatchRequest
{
    /// <summary>Presets of events.</summary>
    public IReadOnlyList<string> Presets { get; init; } = [];

    /// <summary>Events as <c>system:event</c>, with wildcards.</summary>
    public IReadOnlyList<string> Events { get; init; } = [];

    /// <summary>Functions whose calls are watched, with wildcards.</summary>
    public IReadOnlyList<string> Functions { get; init; } = [];

    /// <summary>Functions that are not.</summary>
    public IReadOnlyList<string> ExcludedFunctions { get; init; } = [];

    /// <summary>Modules whose functions are watched.</summary>
    public IReadOnlyList<string> Modules { get; init; } = [];

    /// <summary>Modules whose functions are not.</summary>
    public IReadOnlyList<string> ExcludedModules { get; init; } = [];

    /// <summary>The size of the kernel's buffer in bytes per CPU; null selects one by the available memory.</summary>
    public long? BufferSize { get; init; }

    /// <summary>How long; null until it is cancelled.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>Whether the process does nothing else, see <see cref="Recording.RecordingRequest.DedicatedProcess"/>.</summary>
    public bool DedicatedProcess { get; init; }

    /// <summary>How it is read.</summary>
    public TraceReadOptions Reading { get; init; } = new();

    /// <summary>Whether calls of functions are watched.</summary>
    public bool HasFunctions => Functions.Count + ExcludedFunctions.Count + Modules.Count + ExcludedModules.Count > 0;

    /// <summary>Whether events are watched. Without anything that is named, the preset Scheduling is.</summary>
    public bool HasEvents => Presets.Count + Events.Count > 0 || !HasFunctions;
}
