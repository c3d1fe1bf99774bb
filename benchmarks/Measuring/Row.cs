namespace KernelMagnifier.Benchmarks.Measuring;

/// <summary>A row of the table.</summary>
/// <param name="Id">The name for --rows.</param>
/// <param name="Group">The commands of all rows of one group take turns.</param>
/// <param name="Work">The work, as the table shows it.</param>
/// <param name="Ours">Our command.</param>
/// <param name="PeerName">The peer, as the table shows it.</param>
/// <param name="Peer">The peer's command; null for a row with a fixed target.</param>
/// <param name="Target">The target in words.</param>
/// <param name="Judge">Compares our measurements with the peer's.</param>
internal sealed record Row(string Id, string Group, string Work, Command Ours, string PeerName, Command? Peer, string Target,
    Func<Figures, Figures, Verdict> Judge)
{
    /// <summary>Further commands that the result depends on, such as the same work on other sizes.</summary>
    public IReadOnlyList<Command> Others { get; init; } = [];

    /// <summary>Compares our measurements with those of <see cref="Others"/>, in the same order.</summary>
    public Func<Figures, IReadOnlyList<Figures>, Verdict>? JudgeAll { get; init; }

    /// <summary>Why the target is not met, where that is known; shown only when it is not met.</summary>
    public string? Reason { get; init; }

    /// <summary>Whether the row shows resident memory instead of time.</summary>
    public bool IsMemory { get; init; }

    /// <summary>Whether the command prints a share, from 0 to 1, instead of seconds.</summary>
    public bool IsShare { get; init; }

    /// <summary>Text in place of our measurement; null for the measurement.</summary>
    public string? OursText { get; init; }

    /// <summary>Our command with an older build; null when there is none, or the command does not use it.</summary>
    public Command? Before { get; init; }

    /// <summary>Text in place of the older build's measurement; null for the measurement.</summary>
    public string? BeforeText { get; init; }

    /// <summary>Whether the target can be judged without the peer.</summary>
    public bool IsPeerOptional { get; init; }

    /// <summary>All commands of the row.</summary>
    public IEnumerable<Command> Commands => [.. Before is null ? [] : new[] { Before }, Ours, .. Peer is null ? [] : new[] { Peer }, .. Others];
}
