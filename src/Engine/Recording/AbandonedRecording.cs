namespace KernelMagnifier.Recording;

/// <summary>A recording whose recorder no longer runs, as its journal describes it.</summary>
/// <param name="Journal">The journal, locked by this process.</param>
/// <param name="Plan">The recording.</param>
/// <param name="Changes">The settings that were changed and not restored.</param>
/// <param name="Held">The command's process if it was held back, with its start time; null when there is none.</param>
/// <param name="IsUndone">Whether all settings are restored, so that only the file is incomplete.</param>
/// <param name="JoiningSizes">The number of bytes of pages in each part when joining them began; null when it did not
/// begin.</param>
internal sealed record AbandonedRecording(
    Journal Journal, RecordingPlan Plan, List<SettingChange> Changes, (int Process, string Started)? Held, bool IsUndone,
    IReadOnlyList<long>? JoiningSizes)
{
    /// <summary>Whether the files of the recording existed: its recorder creates them before its next step.</summary>
    public bool HadFiles { get; init; }

    /// <summary>
    /// Whether tracefs may still have its settings and events: the machine was not rebooted and nothing was undone.
    /// </summary>
    public bool IsLive => !IsUndone && Plan.Boot == RecordingPlan.ThisBoot;
}
