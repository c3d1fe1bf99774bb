using System.Runtime.ExceptionServices;

namespace KernelMagnifier.Processes;

/// <summary>
/// Runs one task on several threads of its own. The first exception stops all of them and is rethrown to the caller.
/// </summary>
/// <typeparam name="T">The result of each thread.</typeparam>
internal sealed class WorkerGroup<T>(CancellationToken cancel) : IDisposable
{
    private const int StackSize = 1 << 20;
    private const int PollMilliseconds = 50;

    private readonly CancellationTokenSource _stopping = CancellationTokenSource.CreateLinkedTokenSource(cancel);
    private readonly List<(Thread Thread, Slot Result)> _members = [];
    private volatile Exception? _failure;
    private int _working;

    private sealed class Slot
    {
        public T Value = default!;
    }

    /// <summary>
    /// Cancelled when the threads have to stop early: the caller cancelled, one of them failed, or <see cref="Stop"/> was
    /// called.
    /// </summary>
    public CancellationToken Stopping => _stopping.Token;

    /// <summary>Whether a thread is still running and none has failed.</summary>
    public bool IsWorking => Volatile.Read(ref _working) > 0 && _failure is null;

    /// <summary>Starts a thread.</summary>
    public void Start(Func<T> work)
    {
        var result = new Slot();
        Interlocked.Increment(ref _working);
        var thread = new Thread(() => Run(work, result), StackSize) { IsBackground = true, Name = "kernel-magnifier reader" };
        _members.Add((thread, result));
        thread.Start();
    }

    /// <summary>
    /// Waits for all threads and returns their results, in the order in which they were started. Rethrows the first exception
    /// of a thread.
    /// </summary>
    /// <param name="waiting">Called repeatedly while waiting.</param>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    public IEnumerable<T> Finish(Action? waiting)
    {
        foreach (var (thread, _) in _members)
            while (!thread.Join(PollMilliseconds))
            {
                cancel.ThrowIfCancellationRequested();
                waiting?.Invoke();
                if (_failure is not null) break;
            }
        if (_failure is { } failure) ExceptionDispatchInfo.Throw(failure);
        cancel.ThrowIfCancellationRequested();
        return _members.ConvertAll(m => m.Result.Value);
    }

    /// <summary>Stops the threads.</summary>
    /// <param name="wait">Whether to wait until all have ended. A thread that waits for a pipe does not end.</param>
    public void Stop(bool wait)
    {
        _stopping.Cancel();
        if (!wait) return;
        foreach (var (thread, _) in _members) thread.Join();
    }

    /// <inheritdoc/>
    public void Dispose() => _stopping.Dispose();

    private void Run(Func<T> work, Slot result)
    {
        try
        {
            result.Value = work();
        }
        catch (Exception error)
        {
            if (error is not OperationCanceledException || !_stopping.IsCancellationRequested) _failure ??= error;
            _stopping.Cancel();
        }
        finally
        {
            Interlocked.Decrement(ref _working);
        }
    }
}
