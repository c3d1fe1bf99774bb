using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using KernelMagnifier.Logs.Sinks;
using KernelMagnifier.Logs.Spooling;
using KernelMagnifier.Measuring;
using KernelMagnifier.Recording;

namespace KernelMagnifier.Logs;

/// <summary>
/// Delivers records. Each target has a spool on disk: a record is written there first, and leaves it when the target has taken
/// it.
/// </summary>
/// <param name="spoolDirectory">The directory of the spools.</param>
/// <param name="spoolSize">The most bytes that the spool of one target holds; beyond it the oldest records go.</param>
internal sealed class LogDelivery(string spoolDirectory, long spoolSize)
{
    /// <summary>The default size of a spool.</summary>
    public const long DefaultSpoolSize = 16L << 20;

    private const int StackSize = 1 << 20;

    // What a target that does not keep to the time limit, such as a file on a network, is waited for.
    private const int GraceMilliseconds = 1000;

    /// <summary>The default directory: <c>spool</c> in the state directory of this user.</summary>
    public static string DefaultSpoolDirectory => Path.Combine(StateDirectory.Candidates[0], "spool");

    /// <summary>The directory of the spools.</summary>
    public string SpoolDirectory => spoolDirectory;

    /// <summary>The most bytes of a spool.</summary>
    public long SpoolSize => spoolSize;

    /// <summary>Delivers a record, after those that wait for the same target.</summary>
    /// <param name="record">The record; null to deliver only those that wait.</param>
    /// <param name="targets">The targets.</param>
    /// <param name="limit">The most time that it may take for all targets together.</param>
    /// <param name="cancel">Ends it early; what was not delivered waits in the spool.</param>
    /// <returns>What became of it, for each target. A target that does not take records is no exception.</returns>
    public IReadOnlyList<LogDeliveryResult> Deliver(
        Measurement? record, IReadOnlyList<LogTarget> targets, TimeSpan limit, CancellationToken cancel)
    {
        var deadline = new Deadline(limit, cancel);
        var deliveries = targets.Distinct().Select(target => new TargetDelivery(target, DirectoryOf(target), spoolSize)).ToList();
        // Every record is kept before the first one is sent: a target that hangs cannot cost the others their record.
        foreach (var delivery in deliveries) delivery.Keep(record);
        var threads = deliveries.ConvertAll(delivery => new Thread(() => delivery.Run(deadline), StackSize)
        {
            IsBackground = true, Name = "kernel-magnifier delivery",
        });
        foreach (var thread in threads) thread.Start();
        var ended = true;
        foreach (var thread in threads) ended &= thread.Join(deadline.Milliseconds + GraceMilliseconds);
        // A thread that hangs still looks at it.
        if (ended) deadline.Dispose();
        return deliveries.ConvertAll(delivery => delivery.Result);
    }

    /// <summary>The targets that have a spool, by their texts.</summary>
    public IReadOnlyList<LogTarget> KnownTargets()
    {
        if (!Directory.Exists(spoolDirectory)) return [];
        var targets = new List<LogTarget>();
        foreach (var directory in Directory.EnumerateDirectories(spoolDirectory).Order(StringComparer.Ordinal))
            if (Spool.TargetOf(directory) is { } text && TryParse(text) is { } target && DirectoryOf(target) == directory)
                targets.Add(target);
        return targets;
    }

    /// <summary>The directory of the spool of a target: its kind, and a part of the hash of its text.</summary>
    public string DirectoryOf(LogTarget target)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(target.ToString()));
        return Path.Combine(spoolDirectory, string.Create(CultureInfo.InvariantCulture,
            $"{target.Kind.ToString().ToLowerInvariant()}-{Convert.ToHexStringLower(hash.AsSpan(0, 8))}"));
    }

    private static LogTarget? TryParse(string text)
    {
        try
        {
            return LogTarget.Parse(text);
        }
        catch (KernelMagnifierException)
        {
            return null;
        }
    }
}
