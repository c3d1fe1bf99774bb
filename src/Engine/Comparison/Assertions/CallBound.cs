using System.Globalization;

namespace KernelMagnifier.Comparison.Assertions;

/// <summary>What must hold of the calls of functions.</summary>
/// <param name="Least">The least number of calls; null for none.</param>
/// <param name="Most">The most calls; null for none.</param>
/// <param name="NeverIn">The execution contexts without a call.</param>
internal sealed record CallBound(long? Least, long? Most, IReadOnlyList<ExecutionContext> NeverIn)
{
    /// <summary>What is expected, in words.</summary>
    public string Expected
    {
        get
        {
            var parts = new List<string>();
            if (Most == 0) parts.Add("no call");
            else if (Least == 1 && Most is null) parts.Add("a call");
            else if (Least is { } least && Most is { } most) parts.Add(Number($"{least:N0} to {most:N0} calls"));
            else if (Least is { } only) parts.Add(Number($"at least {only:N0} calls"));
            else if (Most is { } limit) parts.Add(Number($"at most {limit:N0} calls"));
            if (NeverIn.Count > 0) parts.Add($"no call in {string.Join(" or ", NeverIn)} context");
            return string.Join(" and ", parts);
        }
    }

    private static string Number(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
