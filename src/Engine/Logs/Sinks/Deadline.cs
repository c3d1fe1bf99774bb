using System.Diagnostics;

namespace KernelMagnifier.Logs.Sinks;

/// <summary>A moment until which something may take.</summary>
/// <param name="limit">The time from now on.</param>
/// <param name="cancel">Ends it early.</param>
internal sealed class Deadline(TimeSpan limit, CancellationToken cancel) : IDisposable
{
    private const int PollMilliseconds = 20;

    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly CancellationTokenSource _passed = Source(limit, cancel);

    /// <summary>Cancelled when it has passed.</summary>
    public CancellationToken Token => _passed.Token;

    /// <summary>Whether it has passed.</summary>
    public bool HasPassed => _passed.IsCancellationRequested || Milliseconds == 0;

    /// <summary>The milliseconds that are left; 0 if it has passed.</summary>
    public int Milliseconds
    {
        get
        {
            if (_passed.IsCancellationRequested) return 0;
            var left = limit - Stopwatch.GetElapsedTime(_start);
            return (int)Math.Clamp(Math.Ceiling(left.TotalMilliseconds), 0, int.MaxValue);
        }
    }

    /// <summary>The milliseconds for one step that may take so long at most, at least 1: 0 means for ever to a socket.</summary>
    public int StepOf(int most) => Math.Clamp(Milliseconds, 1, most);

    /// <summary>Waits until something holds.</summary>
    /// <returns>Whether it does; false if the time has passed.</returns>
    public bool WaitFor(Func<bool> holds)
    {
        while (!holds())
            if (HasPassed || _passed.Token.WaitHandle.WaitOne(PollMilliseconds))
                return holds();
        return true;
    }

    /// <inheritdoc/>
    public void Dispose() => _passed.Dispose();

    private static CancellationTokenSource Source(TimeSpan limit, CancellationToken cancel)
    {
        var source = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        source.CancelAfter(limit);
        return source;
    }
}
