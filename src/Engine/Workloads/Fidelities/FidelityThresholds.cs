namespace KernelMagnifier.Workloads.Fidelities;

/// <summary>What a re-recording may differ by. docs/fidelity.md says why.</summary>
internal static class FidelityThresholds
{
    /// <summary>Fewer activations or wake-ups than these show nothing.</summary>
    public const int LeastCount = 20;

    /// <summary>The arrivals are alike up to this distance.</summary>
    public const double ArrivalDistance = 0.15;

    /// <summary>They are also alike if the quantiles of the times between them differ by at most this share.</summary>
    public const double Period = 0.1;

    /// <summary>Both the median and the mean time between wake-ups differ by more than this factor: another period.</summary>
    public const double OtherPeriod = 1.25;

    /// <summary>
    /// In a run of a workload whose times mean nothing, the period of tasks that wake each other differs by more than this
    /// factor.
    /// </summary>
    public const double ClosedPeriod = 4;

    /// <summary>What the wake-ups of such a period take on emulated CPUs.</summary>
    public const long WakeUpNanoseconds = 1_000_000;

    /// <summary>A task has a period if the quantiles of 10 and 90 % are within this factor of the median.</summary>
    public const double Regular = 1.5;

    /// <summary>Run lengths and rates are alike within this factor.</summary>
    public const double Factor = 2;

    /// <summary>Run lengths that differ by less are alike: the load generator itself needs this much for a step.</summary>
    public const long RunNanoseconds = 20_000;

    /// <summary>CPU shares are alike if they differ by this share of the original.</summary>
    public const double CpuShare = 0.2;

    /// <summary>They are also alike if they differ by this part of a CPU.</summary>
    public const double CpuPoints = 0.02;

    /// <summary>Migrations per activation are alike up to this difference.</summary>
    public const double Migrations = 0.5;

    /// <summary>An edge is there if it has this part of its share of the wake-ups of the woken task.</summary>
    public const double EdgePresence = 0.25;

    /// <summary>The least share of the wake-ups between tasks whose edges are there.</summary>
    public const double EdgeCoverage = 0.9;

    /// <summary>An edge with a larger share of the wake-ups between tasks must be there.</summary>
    public const double NeededEdge = 0.1;

    /// <summary>A task matters with this share of the run time, or of the activations.</summary>
    public const double Weight = 0.01;

    /// <summary>More lost events than this share make every count uncertain.</summary>
    public const double Losses = 0.01;

    /// <summary>The share of the runs in which the symptom must come back: 2 of 5.</summary>
    public const double Symptom = 0.4;

    /// <summary>In how many of the runs the symptom must come back.</summary>
    public static int NeededRuns(int runs) => Math.Max(1, (int)Math.Ceiling(Symptom * runs - 1e-9));
}
