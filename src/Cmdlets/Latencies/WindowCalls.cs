using System.Management.Automation;
using KernelMagnifier.Counting;
using KernelMagnifier.Selection;
using KernelMagnifier.Text;

namespace KernelMagnifier.Cmdlets.Latencies;

/// <summary>
/// The calls of the time ranges that intervals, causes and segments of paths take. They are read from the recordings when all
/// are known. Ranges that overlap are read once.
/// </summary>
/// <param name="cmdlet">The cmdlet.</param>
/// <param name="cancel">Ends a reading early.</param>
internal sealed class WindowCalls(PSCmdlet cmdlet, CancellationToken cancel)
{
    private readonly List<(string File, CallFilter Filter)> _windows = [];

    /// <summary>Takes an object if it has a time range. Returns false for another object.</summary>
    public bool TryTake(object input)
    {
        if (RecordingWindow.Of(input) is not { } window) return false;
        if (!window.CanBeReread) cmdlet.WriteError(ErrorFactory.NoRecordingToReread(window, input));
        else _windows.Add((cmdlet.ResolveInFileSystem(window.Recording!, ErrorCode.TraceNotFound), window.Filter));
        return true;
    }

    /// <summary>The recordings of the windows, for messages.</summary>
    public string Recordings => string.Join(", ", _windows.Select(known => known.File).Distinct());

    /// <summary>What to say if there are windows, and no calls in them.</summary>
    public string Nothing => TerminalText.Escape($"{Recordings}: {ErrorFactory.NoCalls} {ErrorFactory.RecordCalls}");

    /// <summary>Reads the calls into a collector. Returns whether there are any, or no windows.</summary>
    public bool Read(CallCollector collector)
    {
        var recordings = new RecordingRereading(cmdlet, null, cancel);
        var (calls, failed) = (0L, false);
        foreach (var (file, filter) in Ranges())
        {
            var tally = collector.NewTally();
            if (recordings.Read(file, reader => reader.Read(tally, filter, cancel)))
            {
                calls += tally.Calls;
                collector.Add(tally);
            }
            else failed = true;
        }
        return calls > 0 || failed || _windows.Count == 0;
    }

    /// <summary>The ranges of each recording, CPU and task, without overlap.</summary>
    private IEnumerable<(string File, CallFilter Filter)> Ranges()
    {
        foreach (var same in _windows.GroupBy(w => (w.File, string.Join(',', w.Filter.Cpu), string.Join(',', w.Filter.ProcessId))))
        {
            CallFilter? open = null;
            foreach (var (_, filter) in same.OrderBy(w => w.Filter.Since))
            {
                if (open is not null && filter.Since <= open.Until)
                {
                    open = open with { Until = Math.Max(open.Until!.Value, filter.Until!.Value) };
                    continue;
                }
                if (open is not null) yield return (same.Key.File, open);
                open = filter;
            }
            if (open is not null) yield return (same.Key.File, open);
        }
    }
}
