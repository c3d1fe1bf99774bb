using KernelMagnifier.Counting;
using KernelMagnifier.Model;

namespace KernelMagnifier.Rendering.Trees;

/// <summary>A function in a calling-context tree, with the calls that were made in this context.</summary>
/// <param name="function">The function; <see cref="FunctionSymbol.Unknown"/> for a call whose entry is not in the recording.</param>
internal sealed class StackBranch(FunctionSymbol function)
{
    private readonly Dictionary<CallGraph.FunctionKey, StackBranch> _next = [];

    /// <summary>The function.</summary>
    public FunctionSymbol Function => function;

    /// <summary>The number of calls.</summary>
    public long Calls { get; private set; }

    /// <summary>The time of the calls in nanoseconds; <see cref="CallRecord.NoDuration"/> if not known.</summary>
    public long Total { get; private set; } = CallRecord.NoDuration;

    /// <summary>The functions of the next level, in descending order of calls.</summary>
    public IEnumerable<StackBranch> Next
        => _next.Values.OrderByDescending(b => b.Calls).ThenBy(b => b.Function.Name, StringComparer.Ordinal);

    /// <summary>Returns the branch of a function of the next level.</summary>
    public StackBranch To(FunctionSymbol next)
    {
        var key = new CallGraph.FunctionKey(next);
        if (!_next.TryGetValue(key, out var branch)) _next.Add(key, branch = new StackBranch(next));
        return branch;
    }

    /// <summary>Adds calls.</summary>
    public void Add(in StackShare share) => (Calls, Total) = (Calls + share.Count, CallGraph.Sum(Total, share.Total));
}
