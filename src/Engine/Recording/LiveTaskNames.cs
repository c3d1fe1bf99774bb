using System.Globalization;
using KernelMagnifier.Traces.TraceDat;

namespace KernelMagnifier.Recording;

/// <summary>
/// The names of tasks while events are read live: of a task that lives from /proc, of one that has ended from the names that the
/// kernel has saved.
/// </summary>
internal sealed class LiveTaskNames
{
    private const int LookAgainMilliseconds = 1000;

    private readonly TraceFs _top;
    private long _nextLook;

    /// <summary>Creates the names.</summary>
    /// <param name="top">The top level of tracefs.</param>
    public LiveTaskNames(TraceFs top)
    {
        _top = top;
        Names = new SavedCommandLines { Find = Find };
    }

    /// <summary>The names.</summary>
    public SavedCommandLines Names { get; }

    private byte[]? Find(int pid)
    {
        var comm = TraceFs.ReadBytes(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/comm")).Bytes;
        if (comm.Length > 0) return comm.AsSpan().TrimEnd((byte)'\n').ToArray();
        if (Environment.TickCount64 < _nextLook) return null;
        _nextLook = Environment.TickCount64 + LookAgainMilliseconds;
        Names.Add(_top.TryReadBytes("saved_cmdlines") ?? [], replace: true);
        return Names.Known(pid);
    }
}
