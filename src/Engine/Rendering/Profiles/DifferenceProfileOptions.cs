using KernelMagnifier.Files;
using KernelMagnifier.Model;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Rendering.Profiles;

/// <summary>The options of a difference of folded stacks.</summary>
internal sealed record DifferenceProfileOptions
{
    /// <summary>The weight of stacks. <see cref="ProfileWeight.Auto"/> counts calls, as the comparison does.</summary>
    public ProfileWeight Weight { get; init; }

    /// <summary>
    /// Scales the weights before to the same total as those after, and rounds them, as difffolded.pl -n does. Without it, both
    /// columns are as counted, whatever the lengths of the recordings.
    /// </summary>
    public bool Normalize { get; init; }

    /// <summary>Whether an existing file is replaced.</summary>
    public bool Force { get; init; }

    /// <summary>The files that were read besides the recordings, which the output must not replace.</summary>
    public IReadOnlyList<InputIdentity> Inputs { get; init; } = [];

    /// <summary>Opens a recording again; null to open its path.</summary>
    public Func<TraceInfo, TraceReader>? Open { get; init; }
}
