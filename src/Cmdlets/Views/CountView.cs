using KernelMagnifier.Counting;

namespace KernelMagnifier.Cmdlets.Views;

/// <summary>Chooses the view of counts by what they were counted by, and what is known of them.</summary>
internal static class CountView
{
    /// <summary>The view that has the columns of a grouping, and those of time and source if some of the counts have them.</summary>
    public static TaggedView Of(CallGrouping by, IReadOnlyCollection<FunctionCallCount> counts)
    {
        if (counts.Any(c => c.Window is not null)) return new($"{typeof(FunctionCallCount).FullName}#Range");
        var parts = new List<string>();
        if (by != CallGrouping.Function) parts.Add(Keys(by));
        if (counts.Any(c => c.SelfNanoseconds >= 0)) parts.Add("Time");
        if (by == CallGrouping.Function && counts.Any(c => c.SourceFile is not null)) parts.Add("Source");
        return new(parts.Count == 0 ? null : $"{typeof(FunctionCallCount).FullName}#{string.Join('+', parts)}");
    }

    /// <summary>
    /// The name of the columns. Combinations that have no view of their own are shown in one column, because views for all of
    /// them would take most of the time to load the module.
    /// </summary>
    private static string Keys(CallGrouping by) => by switch
    {
        CallGrouping.None or CallGrouping.Caller or CallGrouping.Edge or CallGrouping.Task or CallGrouping.Context
            or CallGrouping.Cpu or CallGrouping.Recording => by.ToString(),
        CallGrouping.Function | CallGrouping.Task => "Function+Task",
        CallGrouping.Edge | CallGrouping.Task => "Edge+Task",
        CallGrouping.Task | CallGrouping.Context => "Task+Context",
        CallGrouping.Function | CallGrouping.Context => "Function+Context",
        CallGrouping.Function | CallGrouping.Cpu => "Function+Cpu",
        CallGrouping.Edge | CallGrouping.Context => "Edge+Context",
        CallGrouping.Function | CallGrouping.Recording => "Function+Recording",
        CallGrouping.Edge | CallGrouping.Recording => "Edge+Recording",
        CallGrouping.Task | CallGrouping.Recording => "Task+Recording",
        _ => "Group",
    };
}
