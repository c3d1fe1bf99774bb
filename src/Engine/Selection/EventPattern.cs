using KernelMagnifier.Model;

namespace KernelMagnifier.Selection;

/// <summary>
/// A pattern of event names: <c>system:name</c>, or a name alone, which matches in any system. Both parts can contain wildcards
/// (<see cref="Glob"/>) and are case-sensitive. An empty part matches everything, as in the kernel's <c>set_event</c>.
/// </summary>
internal sealed class EventPattern
{
    private readonly Glob? _system;
    private readonly Glob _name;

    /// <summary>Creates a pattern.</summary>
    public EventPattern(string text)
    {
        Text = text;
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        _system = colon <= 0 ? null : new Glob(text[..colon]);
        var name = text[(colon + 1)..];
        _name = new Glob(name.Length == 0 ? "*" : name);
        NamesStack = name == "kernel_stack" && (colon <= 0 || text[..colon] == "ftrace");
    }

    /// <summary>The pattern as it was given.</summary>
    public string Text { get; }

    /// <summary>Whether it names the event of kernel stacks, without wildcards.</summary>
    public bool NamesStack { get; }

    /// <summary>
    /// Whether an event matches. If the recording does not contain its system, that of the kernel's event of this name is
    /// compared.
    /// </summary>
    public bool IsMatch(string? system, string name)
        => _name.IsMatch(name) && (_system is null || _system.IsMatch(system ?? KnownSystems.Of(name)));

    /// <summary>Whether the events of a schema match.</summary>
    public bool IsMatch(EventSchema schema) => IsMatch(schema.System, schema.Name);

    /// <inheritdoc/>
    public override string ToString() => Text;
}
