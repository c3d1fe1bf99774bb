using KernelMagnifier.Counting;
using KernelMagnifier.Model;
using KernelMagnifier.Selection;

namespace KernelMagnifier.Cmdlets.Conversion;

/// <summary>
/// The properties without which a call cannot be filtered or counted. A property without a value is unknown; a call without the
/// property is an error.
/// </summary>
internal static class NeededProperties
{
    /// <summary>What a filter needs.</summary>
    /// <param name="filter">The filter; null for none.</param>
    /// <param name="hasMap">Whether a symbol map provides the source files.</param>
    public static IReadOnlyList<string> Of(CallFilter? filter, bool hasMap)
    {
        if (filter is null) return [];
        var needed = new List<string>();
        if (filter.Caller.Count + filter.ExcludeCaller.Count + filter.SourcePath.Count > 0 || filter.NeedsGraph)
            needed.Add(nameof(CallEvent.Caller));
        if (filter.NeedsSource && !hasMap) needed.Add(nameof(CallEvent.SourceFile));
        if (filter.Module.Count + filter.ExcludeModule.Count > 0) needed.Add(nameof(CallEvent.Module));
        if (filter.Comm.Count + filter.ExcludeComm.Count > 0) needed.Add(nameof(CallEvent.Comm));
        if (filter.ProcessId.Count + filter.ExcludeProcessId.Count > 0) needed.Add(nameof(CallEvent.ProcessId));
        if (filter.Fields.HasFlag(CallFields.Cpu)) needed.Add(nameof(CallEvent.Cpu));
        if (filter.Fields.HasFlag(CallFields.Context)) needed.Add(nameof(CallEvent.Context));
        if (filter.Fields.HasFlag(CallFields.Time)) needed.Add(nameof(CallEvent.Timestamp));
        return needed;
    }

    /// <summary>What a grouping needs.</summary>
    public static IReadOnlyList<string> Of(CallGrouping by)
    {
        var needed = new List<string>();
        if (by.HasFlag(CallGrouping.Caller)) needed.Add(nameof(CallEvent.Caller));
        if (by.HasFlag(CallGrouping.Task)) needed.AddRange([nameof(CallEvent.Comm), nameof(CallEvent.ProcessId)]);
        if (by.HasFlag(CallGrouping.Context)) needed.Add(nameof(CallEvent.Context));
        if (by.HasFlag(CallGrouping.Cpu)) needed.Add(nameof(CallEvent.Cpu));
        if (by.HasFlag(CallGrouping.Recording)) needed.Add(nameof(CallEvent.Recording));
        return needed;
    }
}
