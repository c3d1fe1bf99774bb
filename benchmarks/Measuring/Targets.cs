namespace KernelMagnifier.Benchmarks.Measuring;

/// <summary>Compares measurements with targets.</summary>
internal static class Targets
{
    /// <summary>A row without a peer to compare with.</summary>
    public const string None = "—";

    public static Func<Figures, Figures, Verdict> Faster(double times)
        => (ours, peer) => new Verdict(FasterText(ours, peer), peer.Median / ours.Median >= times);

    public static Func<Figures, Figures, Verdict> AtMost(double times)
        => (ours, peer) => new Verdict(TimesText(ours, peer), ours.Median / peer.Median <= times);

    public static Func<Figures, Figures, Verdict> AtMostMore(double seconds)
        => (ours, peer) =>
        {
            var more = ours.Median - peer.Median;
            return new Verdict($"{more * 1000:+0.0;-0.0} ms", more <= seconds);
        };

    /// <summary>A row with a fixed limit for the time.</summary>
    public static Func<Figures, Figures, Verdict> Within(double seconds) => (ours, _) => new Verdict(None, ours.Median < seconds);

    /// <summary>A row with a fixed limit for the time, which may be reached.</summary>
    public static Func<Figures, Figures, Verdict> AtMostSeconds(double seconds) => (ours, _) => new Verdict(None, ours.Median <= seconds);

    /// <summary>A row with a fixed limit for the peak of resident memory.</summary>
    public static Row Memory(string id, string group, string work, Command ours, long megabytes)
        => new(id, group, work, ours, None, null, $"< {megabytes} MB",
        (figures, _) => new Verdict(None, figures.PeakBytes < megabytes * Numbers.Mega))
        { IsMemory = true };

    public static string FasterText(Figures ours, Figures peer)
        => double.IsNaN(peer.Median) ? None : $"{Numbers.Short(peer.Median / ours.Median)} × faster";

    public static string TimesText(Figures ours, Figures peer) => $"{Numbers.Short(ours.Median / peer.Median)} × the time";
}
