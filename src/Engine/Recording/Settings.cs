using KernelMagnifier.Native;

namespace KernelMagnifier.Recording;

/// <summary>
/// Changes settings and restores them. The settings of an own instance disappear with it; a shared setting is read and noted in
/// the journal before it is changed.
/// </summary>
/// <param name="note">Notes a change in the journal; null when nothing is noted.</param>
/// <param name="forget">Withdraws a note, because the setting did not change; null when nothing is noted.</param>
internal sealed class Settings(Action<SettingChange>? note, Action<SettingChange>? forget = null)
{
    private const int LongestShownValue = 60;

    private readonly List<SettingChange> _changes = [];

    /// <summary>Changes a setting, unless it has the value already.</summary>
    /// <param name="at">The tracing directory.</param>
    /// <param name="own">Whether the directory is that of an own instance.</param>
    /// <param name="name">The file.</param>
    /// <param name="value">The new content.</param>
    /// <param name="kind">How the setting is restored.</param>
    /// <returns>0, or the kernel's error number.</returns>
    public int TrySet(TraceFs at, bool own, string name, string value, SettingKind kind = SettingKind.Value)
    {
        if (!own && !NoteBefore(at, name, value, kind)) return 0;
        return at.TryWrite(name, value);
    }

    /// <summary>As <see cref="TrySet"/>, for a setting that is required.</summary>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.BadSetting"/>.</exception>
    public void Set(TraceFs at, bool own, string name, string value, SettingKind kind = SettingKind.Value)
    {
        var error = TrySet(at, own, name, value, kind);
        if (error != 0) throw Refused(at, name, value, error);
    }

    /// <summary>Adds a trigger to an event. In a shared directory, only if the event has none of the same command.</summary>
    /// <returns>0, or the kernel's error number: <see cref="Errno.Exists"/> if the event has such a trigger.</returns>
    public int TryAddTrigger(TraceFs at, bool own, EventTrigger trigger)
    {
        var change = new SettingChange(at.Directory, trigger.File, SettingKind.Trigger, trigger.Text);
        if (!own)
        {
            // Removing ours would remove the other one: the kernel goes by the command.
            if (HasTrigger(at.Read(trigger.File), EventTrigger.CommandOf(trigger.Text))) return Errno.Exists;
            Add(change);
        }
        // Opened with O_TRUNC, the file would lose its hist triggers.
        var error = at.TryWrite(trigger.File, trigger.Text, append: true);
        if (error != 0 && !own) Forget(change);
        return error;
    }

    /// <summary>
    /// Adds a trigger in an own instance and notes it: triggers that use variables of others must be removed in order, before the
    /// instance.
    /// </summary>
    /// <returns>0, or the kernel's error number.</returns>
    public int TryAddOwnTrigger(TraceFs at, EventTrigger trigger)
        => TryAppend(at, new SettingChange(at.Directory, trigger.File, SettingKind.Trigger, trigger.Text));

    /// <summary>Makes a synthetic event.</summary>
    /// <param name="top">The top level of tracefs, which has them all.</param>
    /// <param name="name">Its name, which no other has.</param>
    /// <param name="fields">Its fields.</param>
    /// <returns>0, or the kernel's error number.</returns>
    public int TryAddSynthetic(TraceFs top, string name, string fields)
        => TryAppend(top, new SettingChange(top.Directory, "synthetic_events", SettingKind.SyntheticEvent, $"{name} {fields}"));

    private int TryAppend(TraceFs at, SettingChange change)
    {
        Add(change);
        var error = at.TryWrite(change.Name, change.Before, append: true);
        if (error != 0) Forget(change);
        return error;
    }

    /// <summary>
    /// Notes a shared setting that is not changed here but may change as a side effect: before Linux 6.7, using any buffer makes
    /// the kernel treat every buffer as used (<see cref="WithoutAnnotation"/>).
    /// </summary>
    public void Watch(TraceFs at, string name)
    {
        if (at.TryRead(name) is { } now) Add(new SettingChange(at.Directory, name, SettingKind.Value, now));
    }

    /// <summary>
    /// Notes shared settings that another change may change as a side effect, makes that change, and keeps the notes of those
    /// that did change.
    /// </summary>
    /// <param name="places">The tracing directories that have the setting and are not an own instance.</param>
    /// <param name="name">The file.</param>
    /// <param name="change">Makes the change.</param>
    public void WatchDuring(IReadOnlyList<TraceFs> places, string name, Action change)
    {
        var watched = places.Where(at => !IsNoted(at, name)).ToList();
        foreach (var at in watched) Watch(at, name);
        change();
        // A setting that did not change is not restored: it may be changed by its user meanwhile.
        foreach (var noted in _changes.FindAll(c => c.Name == name && watched.Exists(at => at.Directory == c.Directory)))
            if (new TraceFs(noted.Directory).TryRead(name) == noted.Before)
                Forget(noted);
    }

    /// <summary>The error for a setting that the kernel refuses.</summary>
    public static KernelMagnifierException Refused(TraceFs at, string name, string value, int error)
    {
        var shown = value.Length > LongestShownValue ? value[..LongestShownValue] + "…" : value;
        return new KernelMagnifierException(ErrorCode.BadSetting, at[name],
            $"the kernel refused the value '{shown}': {Errno.Describe(error)}. All settings were restored.",
            "Choose another value; Documentation/trace/ftrace.rst of the kernel lists those of each setting.");
    }

    /// <summary>Restores all settings, the last change first.</summary>
    /// <returns>The settings that could not be restored, as sentences.</returns>
    public List<string> Restore()
    {
        var problems = Restore(_changes);
        _changes.Clear();
        return problems;
    }

    /// <summary>Restores the settings of a journal, the last change first.</summary>
    /// <returns>The settings that could not be restored, as sentences.</returns>
    public static List<string> Restore(IReadOnlyList<SettingChange> changes)
    {
        var problems = new List<string>();
        for (var i = changes.Count - 1; i >= 0; i--)
        {
            var change = changes[i];
            var at = new TraceFs(change.Directory);
            if (IsAsBefore(at.TryRead(change.Name), change)) continue;
            var error = at.TryWrite(change.Name, change.Kind switch
            {
                SettingKind.Functions => FunctionsOf(change),
                SettingKind.Words => WordsOf(change),
                SettingKind.Trigger or SettingKind.SyntheticEvent => "!" + change.Before,
                _ => WithoutAnnotation(change),
            }, append: change.Kind is SettingKind.Trigger or SettingKind.SyntheticEvent);
            if (error != 0)
                problems.Add($"{at[change.Name]}: the setting could not be restored to '{change.Before}': "
                    + $"{Errno.Describe(error)}.");
        }
        return problems;
    }

    private static bool IsAsBefore(string? now, SettingChange change)
        => change.Kind switch
        {
            SettingKind.Trigger => now is null || !HasTrigger(now, EventTrigger.CommandOf(change.Before)),
            SettingKind.SyntheticEvent => now is null || !HasSynthetic(now, change.Before),
            _ => now == change.Before,
        };

    /// <summary>Whether a list of synthetic events has one of the name that a definition begins with.</summary>
    private static bool HasSynthetic(string file, string definition)
        => file.Split('\n').Any(line => line.Split([' ', '\t', ';'])[0] == definition.Split(' ')[0]);

    /// <summary>Whether a trigger file lists a trigger of a command. An empty one lists the commands in a comment.</summary>
    private static bool HasTrigger(string file, string command)
        => file.Split('\n').Any(line => EventTrigger.CommandOf(line) == command);

    /// <summary>Reads and notes the present content; false when it is the new value already.</summary>
    private bool NoteBefore(TraceFs at, string name, string value, SettingKind kind)
    {
        var now = at.Read(name);
        if (kind == SettingKind.Value) now = TraceFs.Chosen(now).Trim();
        if (kind == SettingKind.Value && now == value) return false;
        if (!IsNoted(at, name)) Add(new SettingChange(at.Directory, name, kind, now));
        return true;
    }

    private bool IsNoted(TraceFs at, string name) => _changes.Exists(c => c.Directory == at.Directory && c.Name == name);

    private void Forget(SettingChange change)
    {
        forget?.Invoke(change);
        _changes.Remove(change);
    }

    private void Add(SettingChange change)
    {
        note?.Invoke(change);
        _changes.Add(change);
    }

    /// <summary>
    /// The value without the kernel's annotation: <c>7 (expanded: 1408)</c> is a buffer that was never used and gets 1408 KB at
    /// its first use. A used buffer cannot be reset to 7, so it is left with the size that its next user would have got.
    /// </summary>
    private static string WithoutAnnotation(SettingChange change)
    {
        const string Expanded = "(expanded: ";
        // An event without a filter reads as "none" and is written as 0.
        if (change.Before == "none" && change.Name.EndsWith("/filter", StringComparison.Ordinal)) return "0";
        // "0*" is an event that is not recorded and has a trigger.
        if (change.Name.EndsWith("/enable", StringComparison.Ordinal)) return change.Before.TrimEnd('*');
        var at = change.Before.IndexOf(Expanded, StringComparison.Ordinal);
        return at < 0 ? change.Before : change.Before[(at + Expanded.Length)..].TrimEnd(')');
    }

    /// <summary>The words, one per line. An empty list of pids reads as "no pid".</summary>
    private static string WordsOf(SettingChange change)
        => string.Concat(change.Before.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(w => w != "no pid")
            .Select(w => w + "\n"));

    /// <summary>
    /// The functions, one per line. Lines that begin with # are comments; functions with a command have a colon and were not
    /// changed. The graph filters accept names only, without modules.
    /// </summary>
    private static string FunctionsOf(SettingChange change)
    {
        var withModules = !change.Name.StartsWith("set_graph_", StringComparison.Ordinal);
        var lines = change.Before.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(l => l[0] != '#' && !l.Contains(':'));
        var text = string.Join('\n', lines.Select(ToFilter));
        return text.Length == 0 ? "" : text + "\n";

        string ToFilter(string line)
        {
            if (line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is not [var name, ['[', .., ']'] module, ..])
                return line.Trim();
            return withModules ? $"{name}:mod:{module[1..^1]}" : name;
        }
    }
}
