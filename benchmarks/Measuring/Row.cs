namespace KernelMagnifier.Benchmarks.Measuring;

/// <summary>A command line to measure.</summary>
/// <param name="Shell">What /bin/sh runs.</param>
/// <param name="Tells">The command measures a part of itself and prints the seconds as its last line; else the whole process is measured.</param>
/// <param name="Missing">Why it cannot run on this machine; null when it can.</param>
/// <param name="IsLong">It takes minutes: run once, and not warmed up.</param>
internal sealed record Command(string Shell, bool Tells = false, string? Missing = null, bool IsLong = false);

/// <summary>What came of a command.</summary>
/// <param name="Seconds">Each run, in seconds.</param>
/// <param name="PeakBytes">Most resident memory of the warm-up; null when not measured.</param>
/// <param name="Failure">Why there is no figure; null when there is.</param>
internal sealed record Figures(double[] Seconds, long? PeakBytes, string? Failure)
{
    /// <summary>The median of the runs.</summary>
    public double Median { get; } = Seconds.Length == 0 ? double.NaN : Seconds.Order().ElementAt(Seconds.Length / 2);
}

/// <summary>What follows from the figures of a row.</summary>
/// <param name="Text">The ratio, rate or distance, as the table shows it.</param>
/// <param name="Met">Whether what is to be reached is.</param>
internal readonly record struct Verdict(string Text, bool Met);

/// <summary>A row of the table.</summary>
/// <param name="Id">What --rows calls it.</param>
/// <param name="Group">Rows of one group are measured together, one command after the other, again and again.</param>
/// <param name="Work">What is done.</param>
/// <param name="Us">Our command.</param>
/// <param name="PeerName">The peer, as the table shows it.</param>
/// <param name="Peer">The peer's command; null for a row that is measured against a fixed figure.</param>
/// <param name="ToReach">The target in words.</param>
/// <param name="Judge">The target as arithmetic.</param>
internal sealed record Row(string Id, string Group, string Work, Command Us, string PeerName, Command? Peer, string ToReach, Func<Figures, Figures, Verdict> Judge)
{
    /// <summary>Further commands the verdict needs, such as the same work on other sizes.</summary>
    public IReadOnlyList<Command> Others { get; init; } = [];

    /// <summary>The verdict of a row with <see cref="Others"/>, whose figures come in their order.</summary>
    public Func<Figures, IReadOnlyList<Figures>, Verdict>? JudgeAll { get; init; }

    /// <summary>Why the target is not reached, where that is known: shown only when it is not.</summary>
    public string? Reason { get; init; }

    /// <summary>What the figure of ours is: seconds, or resident memory.</summary>
    public bool IsMemory { get; init; }

    /// <summary>Every command of the row.</summary>
    public IEnumerable<Command> Commands => [Us, .. Peer is null ? [] : new[] { Peer }, .. Others];
}
