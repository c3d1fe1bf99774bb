namespace KernelMagnifier.Workloads.Building;

/// <summary>Finds steps that a task repeats in one order.</summary>
internal static class StepPattern
{
    // A task with more steps in its period is described by a sample of them.
    private const int Longest = 8;

    // So much of the activations must be in the pattern.
    private const double LeastShare = 0.9;

    // Run lengths or intervals repeat if knowing the place in the period leaves so little of their spread.
    private const double LeftSpread = 0.25;
    private const double LeastSpread = 0.2;

    /// <summary>
    /// The length of the shortest pattern, and the indexes at which it begins; null if there is none.
    /// </summary>
    public static (int Length, List<int> Starts)? Find(IReadOnlyList<StepFact> steps)
    {
        for (var length = 1; length <= Longest && length * 2 <= steps.Count; length++)
        {
            if (Starts(steps, length) is not { } starts || starts.Count * length < LeastShare * steps.Count) continue;
            return length > 1 ? (length, starts) : ByLength(steps) ?? (1, starts);
        }
        return null;
    }

    /// <summary>Where the most frequent sequence of steps begins.</summary>
    private static List<int>? Starts(IReadOnlyList<StepFact> steps, int length)
    {
        List<int>? best = null;
        // The first sequences are candidates: a pattern that is not among them is none.
        for (var first = 0; first < Math.Min(steps.Count - length + 1, 4 * Longest); first++)
        {
            var starts = new List<int>();
            for (var i = 0; i + length <= steps.Count;)
            {
                var matches = true;
                for (var j = 0; j < length && matches; j++) matches = steps[i + j].IsLike(steps[first + j]);
                if (matches) starts.Add(i);
                i += matches ? length : 1;
            }
            if (starts.Count > (best?.Count ?? 0)) best = starts;
            if (best?.Count * length >= steps.Count) break;
        }
        return best;
    }

    /// <summary>A period in the run lengths or intervals of steps that are all of one kind.</summary>
    private static (int, List<int>)? ByLength(IReadOnlyList<StepFact> steps)
    {
        for (var length = 2; length <= Longest && length * 4 <= steps.Count; length++)
            if (Repeats(steps, length, step => step.Run) || Repeats(steps, length, step => step.Interval ?? 0))
                return (length, [.. Enumerable.Range(0, steps.Count / length).Select(i => i * length)]);
        return null;
    }

    private static bool Repeats(IReadOnlyList<StepFact> steps, int length, Func<StepFact, long> value)
    {
        var values = steps.Select(step => Math.Log(Math.Max(1, value(step)))).ToArray();
        var all = Spread(values);
        if (all < LeastSpread) return false;
        var left = Enumerable.Range(0, length).Average(place => Spread([.. values.Where((_, i) => i % length == place)]));
        return left <= LeftSpread * all;
    }

    /// <summary>The distance between the 10th and the 90th percentile.</summary>
    private static double Spread(double[] values)
    {
        Array.Sort(values = (double[])values.Clone());
        return values[values.Length * 9 / 10] - values[values.Length / 10];
    }
}
