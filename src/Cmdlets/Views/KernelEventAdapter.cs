using System.Collections.ObjectModel;
using System.ComponentModel;
using System.Management.Automation;
using KernelMagnifier.Model;
using KernelMagnifier.Text;

namespace KernelMagnifier.Cmdlets.Views;

/// <summary>
/// Shows PowerShell the fields of a kernel event as properties, after the properties of the object itself. Nothing is decoded
/// before a field is looked at. A field whose name an own property has is in Fields only. The texts of the views (ShownTask and
/// others) are found by name but not listed, so that nothing else sees them. KernelMagnifier.Types.ps1xml registers the adapter.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class KernelEventAdapter : PSPropertyAdapter
{
    /// <summary>An own property, or a text of the views.</summary>
    private sealed record Own(string Name, string Type, Func<KernelEvent, object?> Value);

    /// <summary>The index of a field.</summary>
    private sealed record Field(int Index);

    private static readonly Own[] Properties =
    [
        new(nameof(KernelEvent.Timestamp), "System.Double", e => e.Timestamp),
        new(nameof(KernelEvent.WallTime), "System.DateTimeOffset", e => e.WallTime),
        new(nameof(KernelEvent.Cpu), "System.Int32", e => e.Cpu),
        new(nameof(KernelEvent.ProcessId), "System.Int32", e => e.ProcessId),
        new(nameof(KernelEvent.ThreadGroupId), "System.Int32", e => e.ThreadGroupId),
        new(nameof(KernelEvent.Comm), "System.String", e => e.Comm),
        new(nameof(KernelEvent.Context), "System.String", e => e.Context),
        new(nameof(KernelEvent.System), "System.String", e => e.System),
        new(nameof(KernelEvent.Name), "System.String", e => e.Name),
        new(nameof(KernelEvent.Message), "System.String", e => e.Message),
        new(nameof(KernelEvent.Fields), "System.Collections.IDictionary", e => e.Fields),
        new(nameof(KernelEvent.Stack), "System.String[]", e => e.Stack),
        new(nameof(KernelEvent.Recording), "System.String", e => e.Recording),
    ];

    private static readonly Own[] Shown =
    [
        new("ShownTime", "System.String", e => ViewText.Time(e)),
        new("ShownTask", "System.String", e => ViewText.Task(e.Comm, e.ProcessId)),
        new("ShownName", "System.String", e => TerminalText.Escape(e.Name)),
        new("ShownMessage", "System.String", e => TerminalText.Cell(e.Message)),
        new("ShownText", "System.String", e => TerminalText.Escape(e.Message)),
        new("ShownComm", "System.String", e => TerminalText.Escape(e.Comm ?? "")),
        new("ShownSystem", "System.String", e => TerminalText.Escape(e.System ?? "")),
        new("ShownFields", "System.String", e => ViewText.Fields(e.Decoded.Select(field => (field.Name, Value(field))))),
        new("ShownStack", "System.String", e => ViewText.Lines(e.Stack)),
        new("ShownRecording", "System.String", e => TerminalText.Escape(e.Recording ?? "")),
    ];

    private static readonly Dictionary<string, Own> ByName
        = Properties.Concat(Shown).ToDictionary(own => own.Name, StringComparer.OrdinalIgnoreCase);

    /// <inheritdoc/>
    public override Collection<PSAdaptedProperty> GetProperties(object baseObject)
    {
        var found = new Collection<PSAdaptedProperty>();
        foreach (var own in Properties) found.Add(new PSAdaptedProperty(own.Name, own));
        var fields = Event(baseObject).Decoded;
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < fields.Count; i++)
            // PowerShell refuses all properties if one has no name, as a field of a damaged format can.
            if (fields[i].Name.Length > 0 && !ByName.ContainsKey(fields[i].Name) && names.Add(fields[i].Name))
                found.Add(new PSAdaptedProperty(fields[i].Name, new Field(i)));
        return found;
    }

    /// <inheritdoc/>
    public override PSAdaptedProperty? GetProperty(object baseObject, string propertyName)
    {
        ArgumentNullException.ThrowIfNull(propertyName);
        if (ByName.TryGetValue(propertyName, out var own)) return new PSAdaptedProperty(own.Name, own);
        var fields = Event(baseObject).Decoded;
        for (var i = 0; i < fields.Count; i++)
            if (string.Equals(fields[i].Name, propertyName, StringComparison.OrdinalIgnoreCase))
                return new PSAdaptedProperty(fields[i].Name, new Field(i));
        return null;
    }

    /// <inheritdoc/>
    public override object? GetPropertyValue(PSAdaptedProperty adaptedProperty)
    {
        ArgumentNullException.ThrowIfNull(adaptedProperty);
        var item = Event(adaptedProperty.BaseObject);
        return adaptedProperty.Tag is Field field ? Value(item.Decoded[field.Index]) : ((Own)adaptedProperty.Tag).Value(item);
    }

    /// <inheritdoc/>
    public override string GetPropertyTypeName(PSAdaptedProperty adaptedProperty)
    {
        ArgumentNullException.ThrowIfNull(adaptedProperty);
        return adaptedProperty.Tag is Own own ? own.Type : GetPropertyValue(adaptedProperty)?.GetType().FullName ?? "System.Object";
    }

    /// <inheritdoc/>
    public override bool IsGettable(PSAdaptedProperty adaptedProperty) => true;

    /// <inheritdoc/>
    public override bool IsSettable(PSAdaptedProperty adaptedProperty) => false;

    /// <inheritdoc/>
    public override void SetPropertyValue(PSAdaptedProperty adaptedProperty, object value)
        => throw new SetValueException("A kernel event cannot be changed.");

    private static KernelEvent Event(object item) => (KernelEvent)(item is PSObject wrapped ? wrapped.BaseObject : item);

    private static object? Value(EventField field)
        => field is { Symbol: { } symbol, Value: { } number } ? new SymbolicNumber(number, symbol) : field.Value;
}
