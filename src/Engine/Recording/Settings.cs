using KernelMagnifier.Native;

namespace KernelMagnifier.Recording;

/// <summary>
/// Changes settings and puts them back. In an instance of our own nothing need be remembered, it goes away as a whole;
/// what is shared with others is read, noted in the journal, and only then changed.
/// </summary>
internal sealed class Settings(Action<SettingChange>? note)
{
    private readonly List<SettingChange> _changes = [];

    /// <summary>Changes a setting.</summary>
    /// <param name="at">Where it is.</param>
    /// <param name="own">The directory is ours alone.</param>
    /// <param name="name">The file.</param>
    /// <param name="value">The new value.</param>
    /// <param name="kind">How it is put back.</param>
    /// <returns>0, or the kernel's error number.</returns>
    public int TrySet(TraceFs at, bool own, string name, string value, SettingKind kind = SettingKind.Value)
    {
        if (!own && !Remember(at, name, value, kind)) return 0;
        return at.TryWrite(name, value);
    }

    /// <summary>Changes a setting that must be changeable.</summary>
    public void Set(TraceFs at, bool own, string name, string value, SettingKind kind = SettingKind.Value)
    {
        var error = TrySet(at, own, name, value, kind);
        if (error != 0) throw Refused(at, name, value, error);
    }

    /// <summary>
    /// Remembers a shared setting that is not changed, but may change by what is done elsewhere: before 6.7, using any buffer makes the
    /// kernel believe that all were used (<see cref="Bare"/>).
    /// </summary>
    public void Watch(TraceFs at, string name)
    {
        if (at.TryRead(name) is not { } now) return;
        var change = new SettingChange(at.Directory, name, SettingKind.Value, now);
        note?.Invoke(change);
        _changes.Add(change);
    }

    /// <summary>The error for a setting the kernel refuses.</summary>
    public static RecordingException Refused(TraceFs at, string name, string value, int error)
        => new(ErrorCode.BadSetting, $"The kernel refused '{(value.Length > 60 ? value[..60] + "…" : value)}' for {at[name]}: {LibC.Describe(error)}. Everything was put back.");

    /// <summary>Reads and notes what a setting is now; false when it already has the value.</summary>
    private bool Remember(TraceFs at, string name, string value, SettingKind kind)
    {
        var now = at.Read(name);
        if (kind == SettingKind.Value) now = TraceFs.Chosen(now).Trim();
        if (kind == SettingKind.Value && now == value) return false;
        if (_changes.Exists(c => c.Directory == at.Directory && c.Name == name)) return true;
        var change = new SettingChange(at.Directory, name, kind, now);
        note?.Invoke(change);
        _changes.Add(change);
        return true;
    }

    /// <summary>Puts everything back, the last change first.</summary>
    /// <returns>What could not be put back, in words.</returns>
    public List<string> Restore()
    {
        var problems = Restore(_changes);
        _changes.Clear();
        return problems;
    }

    /// <summary>Puts back what a journal tells.</summary>
    public static List<string> Restore(IReadOnlyList<SettingChange> changes)
    {
        var problems = new List<string>();
        for (var i = changes.Count - 1; i >= 0; i--)
        {
            var change = changes[i];
            var at = new TraceFs(change.Directory);
            if (at.TryRead(change.Name) == change.Before) continue;
            var error = change.Kind switch
            {
                SettingKind.Functions => RestoreFunctions(at, change),
                SettingKind.Words => at.TryWrite(change.Name, string.Concat(change.Before.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(w => w != "no pid").Select(w => w + "\n"))),
                _ => at.TryWrite(change.Name, Bare(change)),
            };
            if (error != 0) problems.Add($"{at[change.Name]} could not be set back to '{change.Before}': {LibC.Describe(error)}");
        }
        return problems;
    }

    /// <summary>
    /// The value without what the kernel adds for the reader: <c>7 (expanded: 1408)</c> is a buffer that was never used and will have
    /// 1408 KB when it is. Once it was used there is no way back to 7, so it is left with what its next user would have got.
    /// </summary>
    private static string Bare(SettingChange change)
    {
        const string Expanded = "(expanded: ";
        // An event without a filter says none, and takes a 0 for it.
        if (change.Before == "none" && change.Name.EndsWith("/filter", StringComparison.Ordinal)) return "0";
        var at = change.Before.IndexOf(Expanded, StringComparison.Ordinal);
        return at < 0 ? change.Before : change.Before[(at + Expanded.Length)..].TrimEnd(')');
    }

    private static int RestoreFunctions(TraceFs at, SettingChange change)
    {
        // Comments start with #, functions with a command attached have a colon: those were never touched.
        // Where a graph starts, the kernel knows no modules, only names.
        var modules = !change.Name.StartsWith("set_graph_", StringComparison.Ordinal);
        var names = change.Before.Split('\n').Where(l => l.Length > 0 && l[0] != '#' && !l.Contains(':', StringComparison.Ordinal))
            .Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var name, var module, ..] && module is ['[', .., ']'] ? modules ? $"{name}:mod:{module[1..^1]}" : name : l.Trim());
        var text = string.Join('\n', names);
        return at.TryWrite(change.Name, text.Length == 0 ? "" : text + "\n");
    }
}
