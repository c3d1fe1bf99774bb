using KernelMagnifier.Model;
using KernelMagnifier.Text;

namespace KernelMagnifier.Counting;

/// <summary>What a table of counts does with calls that would need more rows than its <see cref="StateBudget"/> has.</summary>
/// <param name="by">What the table counts by.</param>
/// <param name="byStack">Whether it counts by stack too.</param>
/// <param name="names">The names of the recording.</param>
internal sealed class CountFolding(CallGrouping by, bool byStack, CallNames names)
{
    private int _withoutStack;

    /// <summary>The number of rows from which on <see cref="Fold"/> decides about each new row.</summary>
    public int Most => names.Budget.Counts;

    /// <summary>Returns the key that a new row gets: its own; or without its stack, which is then not known; or the remainder's.</summary>
    /// <param name="key">The functions of the row.</param>
    /// <param name="key2">Its task, context, and CPU or stack.</param>
    /// <param name="used">The number of rows.</param>
    public (ulong Key, ulong Key2) Fold(ulong key, ulong key2, int used)
    {
        var hasStack = byStack && (key2 & CallTally.StackBits) != 0;
        if (hasStack) return (key, used < names.Budget.StackCounts ? key2 : key2 & ~CallTally.StackBits);
        // Rows that have lost their stack come on top of those that have one.
        if (byStack && names.Stacks.Count > Most && ++_withoutStack < Most) return (key, key2);
        var function = (ulong)(uint)names.OtherFunctions.Id;
        var task = by.HasFlag(CallGrouping.Task) ? (ulong)(uint)names.OtherTasks.Id : 0;
        return ((by.HasFlag(CallGrouping.Function) ? function << 32 : 0) | (by.HasFlag(CallGrouping.Caller) ? function : 0),
            task << 32);
    }

    /// <summary>The warning about calls that were counted under a coarser key.</summary>
    public string Warning(long calls)
        => byStack && names.Stacks.Count > Most
            ? $"the calls have more than {DisplayText.Number(names.Budget.StackCounts)} different stacks: for {DisplayText.Count(calls, "call")} of "
                + "further ones it is not known what they ran below"
            : $"there are more than {DisplayText.Number(Most)} different {What}: {DisplayText.Count(calls, "call")} of further ones "
                + $"are counted together, as {FunctionSymbol.OthersName}";

    private string What => by switch
    {
        CallGrouping.Function => "functions",
        CallGrouping.Caller => "callers",
        CallGrouping.Edge => "edges",
        CallGrouping.Task => "tasks",
        _ => $"combinations of {by.ToString().Replace(", ", " and ", StringComparison.Ordinal).ToLowerInvariant()}",
    };
}
