using KernelMagnifier.Latency.Activity;

namespace KernelMagnifier.Latency.Causes;

/// <summary>
/// What a CPU did last: so that the time of a task in its queue can be explained when an event tells the queue. Grows only as far
/// as a task waits for that, and to a limit.
/// </summary>
internal sealed class OccupantHistory
{
    private const int Smallest = 64;

    /// <summary>The most changes that are kept of a CPU. A queue is told within a few.</summary>
    public const int Most = 1 << 14;

    private (long Since, CpuOccupant Occupant)[] _ring = new (long, CpuOccupant)[Smallest];
    private int _first, _count;

    /// <summary>What the CPU does now.</summary>
    public CpuOccupant Current { get; private set; }

    /// <summary>The CPU does something else.</summary>
    /// <param name="occupant">What it does from now on.</param>
    /// <param name="time">The time.</param>
    /// <param name="needed">The earliest time that can be asked for.</param>
    /// <param name="room">How many more changes can be kept of all CPUs.</param>
    public void Add(in CpuOccupant occupant, long time, long needed, ref int room)
    {
        Current = occupant;
        if (_count == _ring.Length)
        {
            // The oldest one is needed if it lasts beyond that time.
            if (At(1).Since > needed && _ring.Length < Most && _ring.Length <= room)
            {
                room -= _ring.Length;
                Grow();
            }
            else (_first, _count) = ((_first + 1) & (_ring.Length - 1), _count - 1);
        }
        _ring[(_first + _count++) & (_ring.Length - 1)] = (time, occupant);
    }

    /// <summary>What the CPU did in a range of time, in order; unknown before what is kept.</summary>
    public IEnumerable<(CpuOccupant Occupant, long Until)> Between(long from, long to)
    {
        if (from >= to) yield break;
        // Ranges are short and end at the last changes.
        var index = _count;
        while (index > 0 && At(index - 1).Since > from) index--;
        var occupant = index == 0 ? CpuOccupant.Unknown : At(index - 1).Occupant;
        for (; index < _count && At(index).Since < to; index++)
        {
            yield return (occupant, At(index).Since);
            occupant = At(index).Occupant;
        }
        yield return (occupant, to);
    }

    private (long Since, CpuOccupant Occupant) At(int index) => _ring[(_first + index) & (_ring.Length - 1)];

    private void Grow()
    {
        var larger = new (long, CpuOccupant)[_ring.Length * 2];
        for (var i = 0; i < _count; i++) larger[i] = At(i);
        (_ring, _first) = (larger, 0);
    }
}
