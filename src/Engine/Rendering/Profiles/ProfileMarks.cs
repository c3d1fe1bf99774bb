using KernelMagnifier.Model;
using KernelMagnifier.Text;

namespace KernelMagnifier.Rendering.Profiles;

/// <summary>The notes about the limits of a profile that every format contains.</summary>
internal static class ProfileMarks
{
    /// <summary>The mark beside the name of a task whose stacks are not recorded.</summary>
    public const string Rebuilt = "[stacks rebuilt from callers]";

    /// <summary>The notes, as sentences.</summary>
    public static IEnumerable<string> Of(CallStacks stacks, bool isTimeline, bool byTime)
    {
        if (stacks.IsRebuilt)
        {
            yield return "Stacks are rebuilt from callers, per task, because the recording has no returns: "
                + (isTimeline ? "a call is shown until a later call proves its return." : "they are likely, not certain.");
        }
        var isTimeless = stacks.IsTimeless && stacks.Calls > 0;
        if (isTimeline && isTimeless)
            yield return "The recording has no timestamps: times count from the start of each track, one call after the other.";
        if (isTimeline && !isTimeless && stacks.Sources.Any(t => t.ClockUnit == ClockUnit.Counts))
            yield return "The trace clock counts and does not measure time: one count is shown as one nanosecond.";
        if (byTime && stacks.CallsWithoutTime > 0 && stacks.CallsWithoutTime < stacks.Calls)
        {
            var calls = DisplayText.Count(stacks.Calls, "call");
            yield return $"{DisplayText.Number(stacks.CallsWithoutTime)} of {calls} have no return in the recording "
                + "and no time in this profile.";
        }
        if (stacks is Timeline timeline)
            foreach (var note in timeline.Notes)
                yield return note;
        var traces = stacks.Sources.ConvertAll(s => s.Info);
        if (Losses.Events(traces) is not 0) yield return $"{Losses.Text(traces)}.";
    }

    /// <summary>The title of a profile; without one, the names of the recordings.</summary>
    public static string Title(CallStacks stacks, string? title)
        => DisplayText.Visible(title ?? RecordingTitle.Names(stacks.Sources.ConvertAll(s => s.Path)));
}
