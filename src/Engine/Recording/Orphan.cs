namespace KernelMagnifier.Recording;

/// <summary>What a dead recorder's journal tells.</summary>
/// <param name="Journal">The journal, now locked by us.</param>
/// <param name="Plan">What it was about to do.</param>
/// <param name="Changes">The settings it had changed and not put back.</param>
/// <param name="Held">The process of a command that it held back.</param>
/// <param name="Undone">The machine is put back: only the file is not complete.</param>
/// <param name="Joining">Bytes of pages in each part when it began to join them; null when it did not.</param>
internal sealed record Orphan(Journal Journal, RecordingPlan Plan, List<SettingChange> Changes, (int Process, string Started)? Held, bool Undone, IReadOnlyList<long>? Joining);
