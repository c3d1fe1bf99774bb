namespace KernelMagnifier.Probes.Language;

/// <summary>An attach point of a program.</summary>
/// <param name="Text">As it is in the program.</param>
/// <param name="Type">The full name of the type in the spelling of new versions, such as <c>fentry</c> for <c>kfunc</c>; null if it
/// is not known.</param>
/// <param name="Parts">What follows the type, split at colons.</param>
/// <param name="Position">Where it is.</param>
internal sealed record AttachPoint(string Text, string? Type, IReadOnlyList<string> Parts, ProgramPosition Position)
{
    /// <summary>Whether it is <c>BEGIN</c>, <c>END</c>, <c>self</c>, <c>test</c> or <c>bench</c>, which attach to
    /// nothing.</summary>
    public bool IsSpecial => Type is "BEGIN" or "END" or "self" or "test" or "bench";

    /// <summary>Whether it runs by time and not by events.</summary>
    public bool IsTimed => Type is "interval" or "profile";

    /// <summary>Whether it names several targets with <c>*</c>, <c>?</c> or <c>[…]</c>.</summary>
    public bool IsWildcard => Parts.Any(part => part.AsSpan().ContainsAny("*?["));

    /// <summary>The positional parameters in it, such as <c>$1</c> and <c>$#</c>.</summary>
    public IEnumerable<string> Parameters
    {
        get
        {
            for (var at = 0; at + 1 < Text.Length; at++)
            {
                if (Text[at] != '$' || (Text[at + 1] != '#' && !char.IsAsciiDigit(Text[at + 1]))) continue;
                var end = at + 2;
                while (Text[at + 1] != '#' && end < Text.Length && char.IsAsciiDigit(Text[end])) end++;
                yield return Text[at..end];
            }
        }
    }

    /// <summary>Whether it is in user space.</summary>
    public bool IsUser => Type is "uprobe" or "uretprobe" or "usdt";

    /// <summary>Whether it is at a kernel function whose arguments it reads from registers.</summary>
    public bool IsKernelFunction => Type is "kprobe" or "kretprobe" or "fentry" or "fexit";

    /// <summary>The last part: the function or event; empty if there is none. An offset is left out.</summary>
    public string Target => Parts.Count == 0 ? "" : Parts[^1].Split('+')[0].Trim('"');

    /// <summary>The part before the last: the module or subsystem; null if there is none.</summary>
    public string? Owner => Parts.Count > 1 ? Parts[^2].Trim('"') : null;
}
