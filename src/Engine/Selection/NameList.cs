namespace KernelMagnifier.Selection;

/// <summary>A list of names and wildcard patterns.</summary>
internal sealed class NameList(IReadOnlyList<string> names)
{
    private readonly HashSet<string> _names = [.. names.Where(n => !Glob.IsPattern(n))];
    private readonly Glob[] _patterns = [.. names.Where(Glob.IsPattern).Select(n => new Glob(n))];

    /// <summary>Whether the list has no entry.</summary>
    public bool IsEmpty => names.Count == 0;

    /// <summary>Whether the list is empty or an entry matches.</summary>
    public bool Allows(string name) => IsEmpty || Contains(name);

    /// <summary>Whether an entry matches.</summary>
    public bool Contains(string name) => _names.Contains(name) || Array.Exists(_patterns, p => p.IsMatch(name));
}
