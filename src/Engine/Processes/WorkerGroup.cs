using System.Runtime.ExceptionServices;

namespace KernelMagnifier.Processes;

/// <summary>A few threads that work for one reading and are gone when it ends, however it ends.</summary>
/// <typeparam name="T">What each thread brings back.</typeparam>
internal sealed class WorkerGroup<T>(CancellationToken cancel) : IDisposable
{
    private readonly CancellationTokenSource _stopping = CancellationTokenSource.CreateLinkedTokenSource(cancel);
    private readonly List<(Thread Thread, StrongBox Result)> _members = [];
    private volatile Exception? _failure;
    private int _working;

    private sealed class StrongBox
    {
        public T Value = default!;
    }

    /// <summary>Set when the work is to end early: somebody failed, or the user wants it.</summary>
    public CancellationToken Stopping => _stopping.Token;

    /// <summary>Whether any thread still works and none has failed.</summary>
    public bool IsWorking => Volatile.Read(ref _working) > 0 && _failure is null;

    /// <summary>Starts one thread.</summary>
    public void Start(Func<T> work)
    {
        var result = new StrongBox();
        Interlocked.Increment(ref _working);
        var thread = new Thread(() =>
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
        }, 1 << 20)
        { IsBackground = true, Name = "kernel-magnifier reader" };
        _members.Add((thread, result));
        thread.Start();
    }

    /// <summary>Waits for all and returns what they bring; the first failure of any is thrown here.</summary>
    /// <param name="waiting">Called about ten times a second while waiting.</param>
    public IEnumerable<T> Finish(Action? waiting)
    {
        foreach (var (thread, _) in _members)
            while (!thread.Join(50))
            {
                cancel.ThrowIfCancellationRequested();
                waiting?.Invoke();
                if (_failure is not null) break;
            }
        if (_failure is { } failure) ExceptionDispatchInfo.Throw(failure);
        cancel.ThrowIfCancellationRequested();
        return _members.ConvertAll(m => m.Result.Value);
    }

    /// <summary>Ends the work.</summary>
    /// <param name="wait">Wait until every thread has ended; not when one may be held up by a pipe.</param>
    public void Stop(bool wait)
    {
        _stopping.Cancel();
        if (!wait) return;
        foreach (var (thread, _) in _members) thread.Join();
    }

    /// <inheritdoc/>
    public void Dispose() => _stopping.Dispose();
}
