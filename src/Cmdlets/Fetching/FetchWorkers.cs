using System.Collections.Concurrent;
using KernelMagnifier.Recording.Fetching;

namespace KernelMagnifier.Cmdlets.Fetching;

/// <summary>
/// Copies from several hosts at a time, each on a thread of its own, and passes what they report to the thread of the pipeline.
/// </summary>
/// <param name="fetch">Copies.</param>
/// <param name="most">The most hosts at a time.</param>
/// <param name="cancel">Ends the work early.</param>
internal sealed class FetchWorkers(RecordingFetch fetch, int most, CancellationToken cancel)
{
    private const int ProgressMilliseconds = 250;

    private readonly ConcurrentQueue<(int Number, FetchWork Work)> _waiting = new();
    private readonly BlockingCollection<FetchReport> _reports = [];

    /// <summary>Copies, and returns what the threads report, as it comes. Ends when all threads have ended.</summary>
    public IEnumerable<FetchReport> Run(IReadOnlyList<FetchWork> work)
    {
        for (var i = 0; i < work.Count; i++) _waiting.Enqueue((i, work[i]));
        var left = Math.Min(most, work.Count);
        for (var i = left; i > 0; i--)
        {
            var thread = new Thread(() =>
            {
                while (_waiting.TryDequeue(out var next)) Copy(next.Number, next.Work);
                if (Interlocked.Decrement(ref left) == 0) _reports.CompleteAdding();
            })
            { IsBackground = true, Name = "kernel-magnifier copy" };
            thread.Start();
        }
        return _reports.GetConsumingEnumerable();
    }

    private void Copy(int number, FetchWork work)
    {
        var report = new FetchReport(number);
        try
        {
            var names = new HashSet<string>();
            foreach (var recording in work.Host.Find(work.Paths, error => _reports.Add(report with { Error = error }), cancel).DistinctBy(r => r.Path))
                CopyOne(report, work.Host, recording, names);
        }
        catch (OperationCanceledException)
        {
            // The cmdlet is stopped.
        }
        catch (Exception error)
        {
            // One host that fails ends the copying from this host only.
            _reports.Add(report with { Error = error });
        }
    }

    private void CopyOne(FetchReport report, IRecordingHost host, RemoteRecording recording, HashSet<string> names)
    {
        try
        {
            if (!names.Add(fetch.PathOf(host.Name, recording.Path)))
                throw new KernelMagnifierException(ErrorCode.OutputExists, $"{host.Name}:{recording.Path}",
                    "another recording of this host has the same name.", "Copy it to another folder.");
            var (last, started) = (Environment.TickCount64, report with { Recording = recording });
            _reports.Add(started, cancel);
            var copy = fetch.Copy(host, recording, done =>
            {
                cancel.ThrowIfCancellationRequested();
                if (Environment.TickCount64 - last < ProgressMilliseconds) return;
                last = Environment.TickCount64;
                _reports.Add(started with { Done = done }, cancel);
            }, cancel);
            _reports.Add(report with { Copy = copy });
        }
        catch (KernelMagnifierException error) when (error.Code != ErrorCode.HostFailed)
        {
            _reports.Add(report with { Error = error });
        }
    }
}
