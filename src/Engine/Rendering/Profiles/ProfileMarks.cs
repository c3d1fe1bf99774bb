using KernelMagnifier.Model;
using KernelMagnifier.Text;

namespace KernelMagnifier.Rendering.Profiles;

/// <summary>What a profile says about itself, in every format.</summary>
internal static class ProfileMarks
{
    /// <summary>Stands beside a task's name where its stacks are not recorded.</summary>
    public const string Rebuilt = "[stacks rebuilt from callers]";

    /// <summary>Everything a reader has to know, as sentences.</summary>
    public static IEnumerable<string> Of(CallStacks stacks, bool isTimeline, bool byTime)
    {
        if (stacks.IsRebuilt)
            yield return isTimeline
                ? "Stacks are rebuilt from who called whom: the recording has no returns. A call is shown until the next one that shows it is over, which is later than it was."
                : "Stacks are rebuilt from who called whom, per task: the recording has no returns, so they are likely, not certain.";
        if (isTimeline && stacks.IsTimeless) yield return "The recording has no timestamps: times run from the start of each track, one call after the other.";
        if (isTimeline && !stacks.IsTimeless && stacks.Sources.Any(t => t.ClockUnit == ClockUnit.Counts)) yield return "The trace clock counts: what is shown as a nanosecond is one count.";
        if (byTime && stacks.CallsWithoutTime > 0 && stacks.CallsWithoutTime < stacks.Calls) yield return $"{DisplayText.Number(stacks.CallsWithoutTime)} of {DisplayText.Number(stacks.Calls)} calls have no return in the recording and no time here.";
        if (stacks.Sources.Sum(t => t.Info?.LostEvents ?? 0) is > 0 and var lost) yield return $"{DisplayText.Number(lost)} events were lost while recording.";
    }

    /// <summary>The recordings, by file.</summary>
    public static string Title(CallStacks stacks, string? title)
        => DisplayText.Visible(title ?? string.Join(", ", stacks.Sources.Take(3).Select(t => t.Path == "-" ? "standard input" : Path.GetFileName(t.Path))));
}
