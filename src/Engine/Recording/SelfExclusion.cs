namespace KernelMagnifier.Recording;

/// <summary>
/// Keeps the threads of this process in the list of excluded pids. The kernel adds new threads itself only if it follows forks,
/// which would also exclude programs that somebody starts from this process.
/// </summary>
/// <param name="recording">The recording.</param>
internal sealed class SelfExclusion(PreparedRecording recording)
{
    private readonly HashSet<int> _excluded = [.. TaskNames.TasksOf(Environment.ProcessId)];

    /// <summary>Adds the threads that were started since the last call.</summary>
    public void Refresh()
    {
        if (!recording.ExcludesSelf) return;
        var added = TaskNames.TasksOf(Environment.ProcessId).Where(_excluded.Add).ToList();
        if (added.Count == 0) return;
        var text = string.Join('\n', added) + "\n";
        if (recording.Plan.Tracer != RecordingTracer.None)
            _ = recording.Tracing.TryWrite("set_ftrace_notrace_pid", text, append: true);
        if (recording.Events.Count > 0) _ = recording.Tracing.TryWrite("set_event_notrace_pid", text, append: true);
    }
}
