using KernelMagnifier.Counting;
using KernelMagnifier.Model;

namespace KernelMagnifier.Cmdlets.Conversion;

/// <summary>Finds out what counts outside this process were counted by, which is not one of their properties.</summary>
internal static class CountGroupings
{
    /// <summary>What the name of the type tells, which a serialized object keeps; null if it does not tell.</summary>
    public static CallGrouping? Of(InputProperties input)
    {
        var type = typeof(FunctionCallCount).FullName!;
        var name = input.TypeNames.FirstOrDefault(name => name.Contains(type, StringComparison.Ordinal));
        if (name is null || !name.StartsWith("Deserialized.", StringComparison.Ordinal)) return null;
        var grouping = CallGrouping.None;
        var tags = name[(name.IndexOf(type, StringComparison.Ordinal) + type.Length)..].Split(['#', '+']);
        foreach (var tag in tags.Where(tag => tag is not ("" or "Time" or "Source")))
        {
            if (!Enum.TryParse<CallGrouping>(tag, out var part)) return null;
            if (part == CallGrouping.None) return CallGrouping.None;
            grouping |= part;
        }
        return grouping == CallGrouping.None ? CallGrouping.Function : grouping;
    }

    /// <summary>The parts of a count that have a value.</summary>
    public static CallGrouping KnownIn(in CallTally.Group group)
        => (group.Function == FunctionSymbol.Unknown ? 0 : CallGrouping.Function)
            | (group.Caller == FunctionSymbol.Unknown ? 0 : CallGrouping.Caller)
            | (group.Task == KernelTask.Unknown ? 0 : CallGrouping.Task)
            | (group.Context == ExecutionContext.Unknown ? 0 : CallGrouping.Context)
            | (group.Cpu < 0 ? 0 : CallGrouping.Cpu)
            | (group.Recording is null ? 0 : CallGrouping.Recording);
}
