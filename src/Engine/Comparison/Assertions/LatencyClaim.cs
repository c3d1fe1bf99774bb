using KernelMagnifier.Latency;
using KernelMagnifier.Text;

namespace KernelMagnifier.Comparison.Assertions;

/// <summary>
/// What should hold of a latency, in one line: <c>Wakeup@periodic P90 &lt; 5ms</c>. The symptom of an incident is that it does not hold.
/// </summary>
public sealed record LatencyClaim
{
    internal const string Expected = "Write it as Wakeup@periodic P90 < 5ms: a kind of interval, @ and the name of a task or nothing, "
        + "one of P50, P90, P99, P999, Max and Mean, one of <, <=, > and >=, and a duration.";

    // The kernel's names have 15 bytes; a pattern can be longer.
    private const int LongestText = 256, LongestComm = 64;

    private static readonly (string Sign, BoundKind Kind)[] Operators =
        [("<=", BoundKind.AtMost), (">=", BoundKind.AtLeast), ("<", BoundKind.LessThan), (">", BoundKind.GreaterThan)];

    private LatencyClaim(IntervalKind kind, string? comm, LatencyBound bound) => (IntervalKind, Comm, Bound) = (kind, comm, bound);

    /// <summary>The kind of intervals, such as <c>Wakeup</c>.</summary>
    public string Kind => IntervalKind.ToString();

    /// <summary>The name of the tasks, which can contain wildcards; null for all. Untrusted text.</summary>
    public string? Comm { get; }

    /// <summary>The number: <c>P50</c>, <c>P90</c>, <c>P99</c>, <c>P999</c>, <c>Max</c> or <c>Mean</c>.</summary>
    public string Number => Bound.Number.ToString();

    /// <summary>How it must relate to the limit: <c>&lt;</c>, <c>&lt;=</c>, <c>&gt;</c> or <c>&gt;=</c>.</summary>
    public string Operator => Array.Find(Operators, one => one.Kind == Bound.Kind).Sign;

    /// <summary>The limit.</summary>
    public long LimitNanoseconds => Bound.Limit;

    internal IntervalKind IntervalKind { get; }

    internal LatencyBound Bound { get; }

    /// <summary>What it is about, such as <c>Wakeup@periodic P99</c>.</summary>
    internal string Subject => $"{Target} {Number}";

    private string Target => Comm is null ? Kind : $"{Kind}@{Quoted(Comm)}";

    /// <summary>Reads a claim.</summary>
    /// <param name="text">
    /// The text, such as <c>Wakeup@periodic P90 &lt; 5ms</c>. A name with blanks is in quotation marks: <c>Wakeup@"Web Content" Max &lt;= 1s</c>.
    /// </param>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.BadRequest"/>: it is none.</exception>
    public static LatencyClaim Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Read(text, out var cause) ?? throw new KernelMagnifierException(
            ErrorCode.BadRequest, DisplayText.Shorten(text, LongestText), cause, Expected);
    }

    /// <summary>The claim as <see cref="Parse"/> reads it.</summary>
    public override string ToString() => $"{Target} {Number} {Operator} {DurationText.Compact(LimitNanoseconds)}";

    private static LatencyClaim? Read(string text, out string cause)
    {
        cause = "this is not what should hold of a latency.";
        if (text.Length > LongestText || text.Any(char.IsControl)) return null;
        var rest = text.AsSpan().Trim();
        if (rest.IndexOfAny('@', ' ') is not (> 0 and var end)) return null;
        if (!TryName(rest[..end], out IntervalKind kind))
        {
            cause = $"there is no kind of interval {rest[..end]}.";
            return null;
        }
        rest = rest[end..];
        string? comm = null;
        if (rest[0] == '@' && !TryComm(ref rest, out comm)) return null;
        return Bounds(rest, ref cause) is { } bound ? new LatencyClaim(kind, comm, bound) : null;
    }

    private static LatencyBound? Bounds(ReadOnlySpan<char> rest, ref string cause)
    {
        // A name or a kind and the number are apart.
        if (rest.Length == 0 || rest[0] != ' ') return null;
        rest = rest.TrimStart();
        if (rest.IndexOfAny('<', '>') is not (> 0 and var at)) return null;
        if (!TryName(rest[..at].TrimEnd(), out AssertedNumber number))
        {
            cause = $"there is no number {rest[..at].TrimEnd()}.";
            return null;
        }
        rest = rest[at..];
        foreach (var (sign, bound) in Operators)
        {
            if (!rest.StartsWith(sign)) continue;
            var limit = rest[sign.Length..].Trim().ToString();
            if (DurationText.TryParse(limit, out var nanoseconds)) return new LatencyBound(number, bound, nanoseconds);
            cause = $"'{limit}' is no duration.";
            return null;
        }
        return null;
    }

    /// <summary>Reads <c>@name</c> or <c>@"a name"</c>, in which two quotation marks are one.</summary>
    private static bool TryComm(ref ReadOnlySpan<char> rest, out string? comm)
    {
        comm = null;
        rest = rest[1..];
        if (rest.Length == 0) return false;
        if (rest[0] != '"')
        {
            var end = rest.IndexOf(' ');
            if (end <= 0 || rest[..end].Contains('"')) return false;
            comm = rest[..end].ToString();
            rest = rest[end..];
            return comm.Length <= LongestComm;
        }
        var name = new System.Text.StringBuilder();
        for (var i = 1; i < rest.Length; i++)
        {
            if (rest[i] != '"') name.Append(rest[i]);
            else if (i + 1 < rest.Length && rest[i + 1] == '"') name.Append(rest[i++]);
            else
            {
                comm = name.ToString();
                rest = rest[(i + 1)..];
                return comm.Length is > 0 and <= LongestComm;
            }
        }
        return false;
    }

    private static bool TryName<T>(ReadOnlySpan<char> text, out T value) where T : struct, Enum
    {
        value = default;
        foreach (var name in Enum.GetNames<T>())
        {
            if (!text.Equals(name, StringComparison.OrdinalIgnoreCase)) continue;
            value = Enum.Parse<T>(name);
            return true;
        }
        return false;
    }

    private static string Quoted(string comm)
        => comm.AsSpan().ContainsAny(' ', '"') ? $"\"{comm.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : comm;
}
