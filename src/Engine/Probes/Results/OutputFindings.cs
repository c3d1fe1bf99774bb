using KernelMagnifier.Text;

namespace KernelMagnifier.Probes.Results;

/// <summary>What was wrong with the output of a program.</summary>
internal sealed class OutputFindings
{
    /// <summary>Lines that cannot be read.</summary>
    public long Unreadable { get; set; }

    /// <summary>Keys that can be divided in several ways.</summary>
    public long AmbiguousKeys { get; set; }

    /// <summary>Lines that can be divided in several ways.</summary>
    public long AmbiguousLines { get; set; }

    /// <summary>Entries of maps beyond the limit.</summary>
    public long LeftOut { get; set; }

    /// <summary>Events that bpftrace lost.</summary>
    public long Lost { get; set; }

    /// <summary>Helpers that failed.</summary>
    public long HelperErrors { get; set; }

    /// <summary>Whether the last line is incomplete.</summary>
    public bool IsCut { get; set; }

    /// <summary>Whether none of the declared maps came.</summary>
    public bool HasNoMaps { get; set; }

    /// <summary>Whether a file ended before its compressed data did.</summary>
    public string? Damage { get; set; }

    /// <summary>A sentence for each finding.</summary>
    public IEnumerable<string> Warnings()
    {
        if (Lost > 0) yield return $"bpftrace lost {DisplayText.Count(Lost, "event")}, so counts are too low and lines are missing.";
        if (HelperErrors > 0) yield return $"{DisplayText.Count(HelperErrors, "call")} of kernel helpers failed, so values are missing.";
        if (AmbiguousKeys > 0)
            yield return $"{DisplayText.Count(AmbiguousKeys, "key")} can be divided in several ways, because a text in them has a comma. "
                + "Their Keys are null.";
        if (AmbiguousLines > 0)
            yield return $"{DisplayText.Count(AmbiguousLines, "line")} can be divided in several ways. Their Fields are null.";
        if (Unreadable > 0) yield return $"{DisplayText.Count(Unreadable, "line")} cannot be read. They are of Kind Unknown.";
        if (LeftOut > 0) yield return $"{DisplayText.Number(LeftOut)} entries of maps are left out, beyond the limit of a map.";
        if (IsCut) yield return "The last line is incomplete: the program was killed, or its output was cut.";
        if (Damage is { } damage) yield return $"The output is damaged: {damage.TrimEnd('.')}.";
        if (HasNoMaps)
            yield return "None of the declared maps came. Either nothing was counted, or the output was cut: bpftrace says nothing "
                + "when a disk is full, and prints no map when it is killed.";
    }
}
