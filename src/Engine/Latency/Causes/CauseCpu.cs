namespace KernelMagnifier.Latency.Causes;

/// <summary>A CPU, and the intervals whose time is explained by what it does.</summary>
internal sealed class CauseCpu
{
    /// <summary>What it did last.</summary>
    public OccupantHistory History { get; } = new();

    /// <summary>The intervals, in no order.</summary>
    public List<CauseWindow> Watching { get; } = [];

    /// <summary>Adds an interval.</summary>
    public void Add(CauseWindow window)
    {
        window.Place = Watching.Count;
        Watching.Add(window);
    }

    /// <summary>Removes an interval.</summary>
    public void Remove(CauseWindow window)
    {
        var last = Watching[^1];
        (Watching[window.Place], last.Place) = (last, window.Place);
        Watching.RemoveAt(Watching.Count - 1);
    }
}
