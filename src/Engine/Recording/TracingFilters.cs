using System.Globalization;
using KernelMagnifier.Native;

namespace KernelMagnifier.Recording;

/// <summary>Applies the filters of a recording to its tracing directory: functions, tasks, graph roots and events.</summary>
/// <param name="directory">Where the recording is made.</param>
/// <param name="settings">Applies settings to it.</param>
/// <param name="target">What is recorded.</param>
internal sealed class TracingFilters(TracingDirectory directory, TracingSettings settings, RecordingTarget target)
{
    private readonly bool _traces = target.Request.EffectiveTracer != RecordingTracer.None;

    /// <summary>
    /// Selects the functions to trace. Where only exclusions are requested, the excluded functions are listed instead.
    /// </summary>
    public void ApplyFunctions()
    {
        if (!_traces) return;
        if (target.Chosen is { } chosen && !target.HasExclusionsOnly) SetFunctions("set_ftrace_filter", chosen);
        else ClearSharedList("set_ftrace_filter");
        if (target.Chosen is { } kept && target.HasExclusionsOnly)
            SetFunctions("set_ftrace_notrace", target.Functions!.AllExcept(kept));
        else ClearSharedList("set_ftrace_notrace");
    }

    /// <summary>Selects tasks, with everything that they start.</summary>
    /// <param name="tasks">The ids of the tasks.</param>
    public void ApplyTasks(IReadOnlyList<int> tasks)
    {
        FollowForks();
        var pids = ToLines(tasks);
        if (_traces) settings.Set("set_ftrace_pid", pids, SettingKind.Words);
        if (target.Events.Count > 0) settings.Set("set_event_pid", pids, SettingKind.Words);
    }

    /// <summary>Excludes tasks. Kernels before 5.7 have no such list; the recorder is then in its own recording.</summary>
    /// <param name="tasks">The ids of the tasks.</param>
    /// <param name="withChildren">Exclude what they start, too.</param>
    /// <returns>Whether the kernel has such a list.</returns>
    public bool ExcludeTasks(IReadOnlyList<int> tasks, bool withChildren)
    {
        if (withChildren) FollowForks();
        var pids = ToLines(tasks);
        var byTracer = _traces && settings.TrySet("set_ftrace_notrace_pid", pids, SettingKind.Words);
        var byEvents = target.Events.Count > 0 && settings.TrySet("set_event_notrace_pid", pids, SettingKind.Words);
        return byTracer || byEvents;
    }

    /// <summary>
    /// Sets roots and depth of the function_graph tracer. In most kernels both exist at the top level only and apply to all users
    /// of the tracer.
    /// </summary>
    public void ApplyGraph()
    {
        if (target.Request.EffectiveTracer != RecordingTracer.FunctionGraph) return;
        if (target.GraphRoots is { } roots)
        {
            // This filter accepts names only (kernel: kernel/trace/ftrace.c, ftrace_graph_set_hash).
            settings.SetShared("set_graph_function", FunctionSet.ToNames(roots), SettingKind.Functions);
            CheckFunctions(directory.HolderOf("set_graph_function"), "set_graph_function", roots);
        }
        if (target.Request.MaxDepth > 0)
            settings.SetShared("max_graph_depth", target.Request.MaxDepth.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>Enables the events, after their filters and triggers are set.</summary>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.BadFilter"/> or
    /// <see cref="ErrorCode.BadTrigger"/>.</exception>
    public void ApplyEvents()
    {
        foreach (var e in target.Events)
            if (e.Filter is not null && !settings.TrySet(e.Folder + "/filter", e.Filter))
                throw FilterRefused(e);
        foreach (var trigger in target.Selection.Triggers)
            if (settings.TryAddTrigger(trigger) is not 0 and var error)
                throw TriggerRefused(trigger, error);
        foreach (var e in target.Events) settings.Set(e.Folder + "/enable", "1");
    }

    private KernelMagnifierException FilterRefused(ChosenEvent e)
    {
        var log = directory.Tracing.TryRead("error_log") ?? directory.Tracing.TryRead(e.Folder + "/filter") ?? "";
        var fields = (directory.Top.TryRead(e.Folder + "/format") ?? "").Split('\n')
            .Where(l => l.StartsWith("\tfield:", StringComparison.Ordinal) && !l.Contains(" common_", StringComparison.Ordinal))
            .Select(l => l.Split(';')[0].Split(' ')[^1].Split('[')[0]);
        return new KernelMagnifierException(ErrorCode.BadFilter, e.ToString(),
            $"the kernel refused the filter '{e.Filter}'{ReasonIn(log)}. All settings were restored.",
            $"Filter by the event's fields: {string.Join(", ", fields)}.");
    }

    private KernelMagnifierException TriggerRefused(EventTrigger trigger, int error)
    {
        var reason = error == Errno.Exists
            ? ": the event has such a trigger"
            : ReasonIn(directory.Tracing.TryRead("error_log") ?? "");
        if (reason.Length == 0) reason = ": " + Errno.Describe(error);
        return new KernelMagnifierException(ErrorCode.BadTrigger, $"{trigger.System}:{trigger.Name}",
            $"the kernel refused the trigger '{trigger.Text}'{reason}. All settings were restored.",
            "Choose one of those in Documentation/trace/events.rst of the kernel; trigger files in tracefs list their commands.");
    }

    /// <summary>The last error in a log of the kernel, after a colon; empty when there is none.</summary>
    private static string ReasonIn(string log)
        => log.Split('\n').LastOrDefault(l => l.Contains("error:", StringComparison.Ordinal)) is { } line
            ? ": " + line.Split("error:")[^1].Trim()
            : "";

    private void SetFunctions(string file, IReadOnlyList<TraceableFunction> functions)
    {
        settings.Set(file, FunctionSet.ToIndices(functions), SettingKind.Functions);
        CheckFunctions(directory.Tracing, file, functions);
    }

    /// <summary>
    /// Compares the kernel's list with the requested one: a module may have been loaded or unloaded in between.
    /// </summary>
    private static void CheckFunctions(TraceFs at, string file, IReadOnlyList<TraceableFunction> functions)
    {
        var actual = FunctionSet.Parse(at.TryReadBytes(file) ?? [], false).Where(f => !f.Name.StartsWith('#'))
            .Select(f => f.Name).Order(StringComparer.Ordinal);
        if (actual.SequenceEqual(functions.Select(f => f.Name).Order(StringComparer.Ordinal))) return;
        throw new KernelMagnifierException(ErrorCode.BadSetting, at[file],
            $"the kernel's list differs from the {functions.Count} functions that were set, because a module was loaded or "
                + $"unloaded meanwhile. All settings were restored.", "Try again.");
    }

    /// <summary>Clears a list at the top level, where another user may have set it. In an own instance it is empty.</summary>
    private void ClearSharedList(string file)
    {
        if (!directory.IsOwn) settings.Set(file, "", SettingKind.Functions);
    }

    private void FollowForks()
    {
        settings.TrySetOption("function-fork", true);
        settings.TrySetOption("event-fork", true);
    }

    private static string ToLines(IReadOnlyList<int> tasks) => string.Join('\n', tasks) + "\n";
}
