using System.Globalization;

namespace KernelMagnifier.Benchmarks.Fleet;

/// <summary>The intervals of one kind and key, with the distribution of their lengths in a recording.</summary>
internal sealed class FleetClass
{
    private readonly double[] _shares;
    private readonly double[] _logarithms;

    /// <summary>Reads a line of fleet-profile.tsv.</summary>
    /// <param name="fields">The fields of the line.</param>
    /// <param name="shares">The shares that its quantiles are of.</param>
    public FleetClass(string[] fields, double[] shares)
    {
        (Kind, Key, Name, Comm) = (fields[0], OrNull(fields[1]), OrNull(fields[2]), OrNull(fields[3]));
        (WakerComm, WakerContext, Basis) = (OrNull(fields[4]), OrNull(fields[5]), fields[6]);
        Weight = int.Parse(fields[7], CultureInfo.InvariantCulture);
        Part = fields[8].Length == 0 ? null : double.Parse(fields[8], CultureInfo.InvariantCulture);
        _shares = shares;
        _logarithms = [.. fields[9..].Select(field => Math.Log(Math.Max(1, long.Parse(field, CultureInfo.InvariantCulture))))];
    }

    /// <summary>The kind, such as <c>Wakeup</c>.</summary>
    public string Kind { get; }

    /// <summary>The key; null for a task, whose key is its pid.</summary>
    public string? Key { get; }

    /// <summary>The name of a system call.</summary>
    public string? Name { get; }

    /// <summary>The name of the task.</summary>
    public string? Comm { get; }

    /// <summary>The task that woke it most often.</summary>
    public string? WakerComm { get; }

    /// <summary>The context in which it was woken most often.</summary>
    public string? WakerContext { get; }

    /// <summary>The event at which the intervals start.</summary>
    public string Basis { get; }

    /// <summary>The number of intervals in the recording.</summary>
    public int Weight { get; }

    /// <summary>The part of the length that the kind divides off; null if it does not.</summary>
    public double? Part { get; }

    /// <summary>Whether its key is the pid of a task.</summary>
    public bool IsOfTask => Kind is "OnCpu" or "Preempted" or "Wakeup" or "WakeupNew";

    /// <summary>A length of the distribution, between quantiles in proportion to the logarithm.</summary>
    /// <param name="share">The share of lengths that are shorter, in [0, 1).</param>
    public double Length(double share)
    {
        var above = 1;
        while (above < _shares.Length - 1 && _shares[above] <= share) above++;
        var within = (share - _shares[above - 1]) / (_shares[above] - _shares[above - 1]);
        return Math.Exp(_logarithms[above - 1] + within * (_logarithms[above] - _logarithms[above - 1]));
    }

    private static string? OrNull(string field) => field.Length == 0 ? null : field;
}
