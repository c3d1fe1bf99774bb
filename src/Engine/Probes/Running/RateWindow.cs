namespace KernelMagnifier.Probes.Running;

/// <summary>The amount of something in the last second, in steps of a tenth.</summary>
internal sealed class RateWindow
{
    private const int Steps = 10;

    private readonly long[] _amounts = new long[Steps];
    private long _step;

    /// <summary>Adds an amount, and returns that of the last second.</summary>
    public long Add(TimeSpan now, long amount)
    {
        var step = (long)(now.TotalSeconds * Steps);
        for (var passed = Math.Max(_step + 1, step - Steps + 1); passed <= step; passed++) _amounts[passed % Steps] = 0;
        _step = Math.Max(_step, step);
        _amounts[_step % Steps] += amount;
        return _amounts.Sum();
    }
}
