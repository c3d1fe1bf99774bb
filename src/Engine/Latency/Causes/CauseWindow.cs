using KernelMagnifier.Latency.Activity;
using KernelMagnifier.Model;

namespace KernelMagnifier.Latency.Causes;

/// <summary>
/// The shares of an interval while the recording is read. Every nanosecond up to <see cref="Cursor"/> is in exactly one share,
/// so that the shares always add up.
/// </summary>
internal sealed class CauseWindow(CauseTarget target)
{
    // Of more tasks, wakers and handlers in one interval than anyone reads, the rest is counted together.
    private const int MostShares = 256;

    /// <summary>The most functions that are told of a share.</summary>
    public const int MostFunctions = 5;

    private readonly Dictionary<ShareKey, ShareSum> _shares = new(new SeededComparer<ShareKey>());
    private ShareKey _last, _base;
    private long _idle, _idles;

    /// <summary>The interval.</summary>
    public CauseTarget Target => target;

    /// <summary>Until when the time has been given to shares.</summary>
    public long Cursor { get; private set; } = target.Start;

    /// <summary>The shares once the interval is over, the largest first.</summary>
    public KeyValuePair<ShareKey, ShareSum>[] Shares { get; private set; } = [];

    /// <summary>What the task does.</summary>
    public TaskStanding Standing { get; set; }

    /// <summary>The CPU that is watched; −1 if there is none.</summary>
    public int Cpu { get; set; } = -1;

    /// <summary>The place among those that watch the same CPU.</summary>
    public int Place { get; set; }

    /// <summary>Since when the watched CPU was assumed, because no event has told it yet; <see cref="CallRecord.NoTime"/> if it was told.</summary>
    public long AssumedSince { get; set; } = CallRecord.NoTime;

    /// <summary>Whether the task has been moved from one queue to another in this wait.</summary>
    public bool IsMoved { get; set; }

    /// <summary>What an interval of a handler measures, once it is known.</summary>
    public CpuOccupant? Own { get; set; }

    /// <summary>Gives the time up to a point to a share.</summary>
    public void Take(in ShareKey key, long until, int priority = CpuOccupant.NoPriority)
    {
        until = Math.Min(until, target.End);
        if (until <= Cursor) return;
        Add(key, until - Cursor, priority);
        Cursor = until;
    }

    /// <summary>Gives time again to another share that was given to one before.</summary>
    public void Move(in ShareKey from, in ShareKey to, long time)
    {
        if (!_shares.TryGetValue(from, out var sum)) return;
        time = Math.Min(time, sum.Nanoseconds);
        if (time <= 0) return;
        sum.Nanoseconds -= time;
        if (sum.Nanoseconds == 0) _shares.Remove(from);
        else _shares[from] = sum;
        if (from.Category == CauseCategory.IdleExit) _idle = Math.Max(0, _idle - time);
        Add(to, time, CpuOccupant.NoPriority);
    }

    /// <summary>A wait for a CPU begins.</summary>
    public void BeginWait() => (_idle, _idles, IsMoved) = (0, 0, false);

    /// <summary>
    /// A wait for a CPU ends. If the task was moved in it, the idle CPUs were not the cause: they were there, and it was not on
    /// them.
    /// </summary>
    public void EndWait()
    {
        if (IsMoved && _idle > 0)
        {
            var (from, to) = (new ShareKey(CauseCategory.IdleExit, -1, 0, default), new ShareKey(CauseCategory.Migration, -1, 0, default));
            var idles = _idles;
            Move(from, to, _idle);
            if (_shares.TryGetValue(from, out var left)) _shares[from] = left with { Count = Math.Max(1, left.Count - idles) };
            if (_shares.TryGetValue(to, out var moved)) _shares[to] = moved with { Count = moved.Count - 1 + idles };
        }
        BeginWait();
    }

    /// <summary>A function was called in the time of a share.</summary>
    public void Call(in ShareKey key, int function, long self)
    {
        const int Most = 1024;
        if (!_shares.TryGetValue(key, out var sum))
        {
            if (_shares.Count >= MostShares) return;
            sum = new ShareSum();
        }
        var functions = sum.Functions ??= [];
        if (functions.TryGetValue(function, out var known) || functions.Count < Most)
            functions[function] = (known.Calls + 1, self < 0 ? known.Self : known.Self + self);
        _shares[key] = sum;
    }

    /// <summary>
    /// The interval is over. Of thousands of intervals with hundreds of shares each, only what is told of them is kept.
    /// </summary>
    public void Close()
    {
        Shares = [.. _shares.Where(share => share.Value.Nanoseconds > 0).Select(share => new KeyValuePair<ShareKey, ShareSum>(
            share.Key, share.Value with { Functions = Largest(share.Value.Functions) }))];
        Array.Sort(Shares, Compare);
        _shares.Clear();
        _shares.TrimExcess();
    }

    private static int Compare(KeyValuePair<ShareKey, ShareSum> one, KeyValuePair<ShareKey, ShareSum> other)
    {
        var order = other.Value.Nanoseconds.CompareTo(one.Value.Nanoseconds);
        if (order == 0) order = one.Key.Category.CompareTo(other.Key.Category);
        if (order == 0) order = one.Key.ProcessId.CompareTo(other.Key.ProcessId);
        if (order == 0) order = one.Key.Name.CompareTo(other.Key.Name);
        return order != 0 ? order : one.Key.Context.CompareTo(other.Key.Context);
    }

    private static Dictionary<int, (long Calls, long Self)>? Largest(Dictionary<int, (long Calls, long Self)>? functions)
        => functions is null || functions.Count <= MostFunctions ? functions
            : functions.OrderByDescending(f => f.Value.Self).ThenByDescending(f => f.Value.Calls).ThenBy(f => f.Key)
                .Take(MostFunctions).ToDictionary(new NumberComparer());

    private void Add(ShareKey key, long time, int priority)
    {
        if (_shares.Count >= MostShares && !_shares.ContainsKey(key)) key = new ShareKey(key.Category, -1, 0, default);
        if (!_shares.TryGetValue(key, out var sum)) sum = new ShareSum();
        var isNew = key.IsHandler ? key != _last : key != _base;
        if (!key.IsHandler) _base = key;
        _last = key;
        sum.Nanoseconds += time;
        if (isNew || sum.Count == 0) sum.Count++;
        if (priority != CpuOccupant.NoPriority) sum.Priority = priority;
        _shares[key] = sum;
        if (key.Category != CauseCategory.IdleExit) return;
        _idle += time;
        if (isNew) _idles++;
    }
}
