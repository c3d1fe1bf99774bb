using System.Collections.ObjectModel;
using System.ComponentModel;
using System.Management.Automation;
using KernelMagnifier.Probes.Results;

namespace KernelMagnifier.Cmdlets.Views;

/// <summary>
/// Shows PowerShell the fields of a printed line, and those of the summary of a run, as properties after the properties of the
/// result itself. A field whose name an own property has is in Fields only. KernelMagnifier.Types.ps1xml registers the adapter.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class ProbeResultAdapter : PSPropertyAdapter
{
    /// <summary>An own property.</summary>
    private sealed record Own(string Name, string Type, Func<ProbeResult, object?> Value);

    private static readonly Own[] Properties =
    [
        new(nameof(ProbeResult.Probe), "System.String", r => r.Probe),
        new(nameof(ProbeResult.Kind), "System.String", r => r.Kind),
        new(nameof(ProbeResult.Name), "System.String", r => r.Name),
        new(nameof(ProbeResult.Key), "System.String", r => r.Key),
        new(nameof(ProbeResult.Keys), "System.Collections.IDictionary", r => r.Keys),
        new(nameof(ProbeResult.Value), "System.Object", r => r.Value),
        new(nameof(ProbeResult.Unit), "System.String", r => r.Unit),
        new(nameof(ProbeResult.Interval), "System.String", r => r.Interval),
        new(nameof(ProbeResult.Count), "System.Int64", r => r.Count),
        new(nameof(ProbeResult.Total), "System.Int64", r => r.Total),
        new(nameof(ProbeResult.Minimum), "System.Int64", r => r.Minimum),
        new(nameof(ProbeResult.Maximum), "System.Int64", r => r.Maximum),
        new(nameof(ProbeResult.Mean), "System.Double", r => r.Mean),
        new(nameof(ProbeResult.P50), "System.Int64", r => r.P50),
        new(nameof(ProbeResult.P90), "System.Int64", r => r.P90),
        new(nameof(ProbeResult.P99), "System.Int64", r => r.P99),
        new(nameof(ProbeResult.Histogram), "KernelMagnifier.Latency.LatencyBucket[]", r => r.Histogram),
        new(nameof(ProbeResult.Fields), "System.Collections.IDictionary", r => r.Fields),
        new(nameof(ProbeResult.Stack), "System.String[]", r => r.Stack),
        new(nameof(ProbeResult.Frames), "System.String[]", r => r.Frames),
        new(nameof(ProbeResult.Text), "System.String", r => r.Text),
        new(nameof(ProbeResult.LostEvents), "System.Int64", r => r.LostEvents),
        new(nameof(ProbeResult.Print), "System.Int32", r => r.Print),
        new(nameof(ProbeResult.ReceivedAt), "System.DateTimeOffset", r => r.ReceivedAt),
    ];

    private static readonly Dictionary<string, Own> ByName
        = Properties.ToDictionary(own => own.Name, StringComparer.OrdinalIgnoreCase);

    /// <inheritdoc/>
    public override Collection<PSAdaptedProperty> GetProperties(object baseObject)
    {
        var found = new Collection<PSAdaptedProperty>();
        foreach (var own in Properties) found.Add(new PSAdaptedProperty(own.Name, own));
        foreach (var name in Result(baseObject).Fields?.Keys ?? [])
            // PowerShell refuses all properties if one has no name.
            if (name.Length > 0 && !ByName.ContainsKey(name))
                found.Add(new PSAdaptedProperty(name, name));
        return found;
    }

    /// <inheritdoc/>
    public override PSAdaptedProperty? GetProperty(object baseObject, string propertyName)
    {
        ArgumentNullException.ThrowIfNull(propertyName);
        if (ByName.TryGetValue(propertyName, out var own)) return new PSAdaptedProperty(own.Name, own);
        return Result(baseObject).Fields?.ContainsKey(propertyName) == true ? new PSAdaptedProperty(propertyName, propertyName)
            : null;
    }

    /// <inheritdoc/>
    public override object? GetPropertyValue(PSAdaptedProperty adaptedProperty)
    {
        ArgumentNullException.ThrowIfNull(adaptedProperty);
        var result = Result(adaptedProperty.BaseObject);
        return adaptedProperty.Tag is Own own ? own.Value(result) : result.Fields?.GetValueOrDefault((string)adaptedProperty.Tag);
    }

    /// <inheritdoc/>
    public override string GetPropertyTypeName(PSAdaptedProperty adaptedProperty)
    {
        ArgumentNullException.ThrowIfNull(adaptedProperty);
        return adaptedProperty.Tag is Own own ? own.Type : GetPropertyValue(adaptedProperty)?.GetType().FullName
            ?? "System.Object";
    }

    /// <inheritdoc/>
    public override bool IsGettable(PSAdaptedProperty adaptedProperty) => true;

    /// <inheritdoc/>
    public override bool IsSettable(PSAdaptedProperty adaptedProperty) => false;

    /// <inheritdoc/>
    public override void SetPropertyValue(PSAdaptedProperty adaptedProperty, object value)
        => throw new SetValueException("A probe result cannot be changed.");

    private static ProbeResult Result(object item) => (ProbeResult)(item is PSObject wrapped ? wrapped.BaseObject : item);
}
