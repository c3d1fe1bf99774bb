using System.Collections;
using System.Management.Automation;

namespace KernelMagnifier.Cmdlets.Filtering;

/// <summary>
/// Accepts texts of events as a hashtable, <c>@{ 'sched:sched_switch' = 'prev_prio &lt; 100' }</c>, besides strings.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class EventTextAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        var input = Unwrap(inputData);
        return Items(input).Any(i => Unwrap(i) is IDictionary) ? Items(input).SelectMany(TextsOf).ToArray() : inputData;
    }

    private static IEnumerable<object?> TextsOf(object? item)
        => Unwrap(item) is IDictionary table
            ? table.Cast<DictionaryEntry>()
                .SelectMany(entry => Items(Unwrap(entry.Value)).Select(value => $"{entry.Key}={value}"))
            : [item];

    /// <summary>An event can have several texts.</summary>
    private static IEnumerable<object?> Items(object? value)
    {
        if (value is not object[] items)
        {
            yield return value;
            yield break;
        }
        foreach (var item in items) yield return item;
    }

    private static object? Unwrap(object? value) => value is PSObject wrapped ? wrapped.BaseObject : value;
}
