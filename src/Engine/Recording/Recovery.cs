using System.Globalization;
using KernelMagnifier.Native;

namespace KernelMagnifier.Recording;

/// <summary>Finds the recordings whose recorder was killed, restores their settings, and completes their files.</summary>
internal static class Recovery
{
    /// <summary>The output files of such recordings.</summary>
    public static IEnumerable<string> List(IReadOnlyList<string> stateDirectories)
    {
        foreach (var recording in Journal.FindAbandoned(stateDirectories, onlyRead: true))
        {
            using (recording.Journal)
                if (recording.Plan.KeepsFile)
                    yield return recording.Plan.Output;
        }
    }

    /// <summary>Restores and completes all of them. One whose file cannot be completed is kept for the next time.</summary>
    /// <param name="stateDirectories">The directories with journals.</param>
    /// <param name="top">The top level of tracefs; null when it is not mounted.</param>
    /// <returns>The completed recordings, and a sentence for each that could not be completed.</returns>
    public static (List<RecordingResult> Recovered, List<string> Problems) Run(IReadOnlyList<string> stateDirectories,
        TraceFs? top)
    {
        var (recovered, problems) = (new List<RecordingResult>(), new List<string>());
        foreach (var recording in Journal.FindAbandoned(stateDirectories))
        {
            using (recording.Journal)
            {
                KillHeldCommand(recording);
                var problem = Recover(recording, recovered);
                if (problem is null)
                {
                    recording.Journal.Remove();
                    continue;
                }
                if (recording.IsLive) recording.Journal.NoteUndone();
                problems.Add(problem);
            }
        }
        if (top is not null) RemoveInstancesWithoutJournal(top, stateDirectories);
        return (recovered, problems);
    }

    private static string? Recover(AbandonedRecording recording, List<RecordingResult> recovered)
    {
        try
        {
            if (!recording.Plan.KeepsFile) return null;
            if (FileRecovery.FindMissing(recording) is { } missing) return Explain(recording, missing);
            if (FileRecovery.Run(recording) is { } result) recovered.Add(result);
            return null;
        }
        catch (Exception e)
        {
            var plan = recording.Plan;
            var cause = ((e as KernelMagnifierException)?.Cause ?? e.Message).TrimEnd('.');
            var kept = string.Join(", ", plan.Parts.Select(p => p.File));
            return $"{plan.Output}: the recording of an earlier recorder still could not be completed: {cause}. "
                + $"What was recorded is kept ({kept}), and the next recording tries again. "
                + $"To discard it: rm {recording.Journal.Path}";
        }
        finally
        {
            // Restoring the settings must not depend on the file.
            RestoreMachine(recording);
        }
    }

    private static string Explain(AbandonedRecording recording, string missing)
        => $"{recording.Plan.Output}: the recording of an earlier recorder (pid {recording.Plan.Recorder}) could not be "
            + $"completed: {missing}. If the disk is not mounted, mount it: the next recording completes the file. If the recording "
            + $"was removed, discard the rest of it: rm {recording.Journal.Path}";

    private static void RestoreMachine(AbandonedRecording recording)
    {
        if (!recording.IsLive) return;
        Settings.Restore(recording.Changes);
        TracingDirectory.Remove(recording.Plan);
        recording.Changes.Clear();
    }

    private static void KillHeldCommand(AbandonedRecording recording)
    {
        // After a reboot, another process can have the pid and the start time.
        if (recording.IsLive && recording.Held is var (process, started) && started.Length > 0
            && TargetCommand.StartedAt(process) == started)
            _ = ProcessCalls.Kill(process, ProcessCalls.SignalKill);
    }

    /// <summary>
    /// Removes own instances without a journal: their recorder was killed after creating the instance and before creating the
    /// journal.
    /// </summary>
    private static void RemoveInstancesWithoutJournal(TraceFs top, IReadOnlyList<string> stateDirectories)
    {
        const string Prefix = TracingDirectory.InstancePrefix;
        foreach (var name in top.Directories("instances").Where(n => n.StartsWith(Prefix, StringComparison.Ordinal)).ToList())
        {
            if (stateDirectories.Any(d => File.Exists(Path.Combine(d, name + ".journal")))) continue;
            var pid = name[Prefix.Length..].Split('-')[0];
            if (!int.TryParse(pid, NumberStyles.None, CultureInfo.InvariantCulture, out var process)) continue;
            if (!Directory.Exists($"/proc/{process}")) TracingDirectory.Remove(top.Instance(name));
        }
    }
}
