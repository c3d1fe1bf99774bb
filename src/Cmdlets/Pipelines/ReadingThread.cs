using System.Diagnostics;
using System.Runtime.ExceptionServices;

namespace KernelMagnifier.Cmdlets.Pipelines;

/// <summary>
/// Reads a recording on a thread of its own while the thread of the pipeline feeds it text. PowerShell accepts output only on the
/// thread of the pipeline, so that thread also runs the actions that the reading posts. Both directions are bounded.
/// </summary>
internal sealed class ReadingThread : IDisposable
{
    private const int TextSize = 1 << 20;
    private const int MostActions = 32;
    private const int StackSize = 1 << 20;
    private const int PollMilliseconds = 100;
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(2);

    private readonly object _gate = new();
    private readonly Queue<Action> _actions = new();
    private readonly byte[] _text = new byte[TextSize];
    private readonly CancellationTokenSource _cancel;
    private readonly CancellationTokenRegistration _wake;
    private readonly Thread _thread;
    private int _first, _count;
    private bool _isComplete, _hasEnded;
    private Exception? _failure;

    /// <summary>Starts the reading.</summary>
    /// <param name="read">Reads a recording, on the new thread.</param>
    /// <param name="cancel">Ends the reading early.</param>
    public ReadingThread(Action<ReadingThread, CancellationToken> read, CancellationToken cancel)
    {
        _cancel = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        _wake = _cancel.Token.Register(() =>
        {
            lock (_gate) Monitor.PulseAll(_gate);
        });
        _thread = new Thread(() => Run(read), StackSize) { IsBackground = true, Name = "kernel-magnifier text" };
        _thread.Start();
    }

    /// <summary>Adds text of the recording and runs the actions that are posted. For the thread of the pipeline.</summary>
    public void Write(ReadOnlySpan<byte> text)
    {
        while (true)
        {
            lock (_gate)
            {
                var n = Math.Min(text.Length, _text.Length - _count);
                if (n > 0) Append(text[..n]);
                text = text[n..];
                // Text after the end of a reading, such as one that failed, is not needed.
                if (_hasEnded) text = default;
                if (_actions.Count == 0)
                {
                    if (text.IsEmpty) return;
                    Wait();
                }
            }
            RunActions();
        }
    }

    /// <summary>Runs the next action that is posted, and those that are by then. For the thread of the pipeline.</summary>
    /// <param name="limit">How long it is waited for.</param>
    public void RunNext(TimeSpan limit)
    {
        var began = Stopwatch.GetTimestamp();
        lock (_gate)
            while (_actions.Count == 0 && !_hasEnded && Stopwatch.GetElapsedTime(began) < limit)
                Wait();
        RunActions();
    }

    /// <summary>
    /// Ends the text, runs the actions until the reading has ended, and rethrows its exception. For the thread of the pipeline.
    /// </summary>
    public void Finish()
    {
        lock (_gate)
        {
            _isComplete = true;
            Monitor.PulseAll(_gate);
        }
        for (var hasEnded = false; !hasEnded;)
        {
            lock (_gate)
            {
                while (_actions.Count == 0 && !_hasEnded) Wait();
                hasEnded = _hasEnded && _actions.Count == 0;
            }
            RunActions();
        }
        if (_failure is { } failure) ExceptionDispatchInfo.Throw(failure);
    }

    /// <summary>Reads text; 0 at its end. For the threads of the reading.</summary>
    public int Read(Span<byte> buffer)
    {
        lock (_gate)
        {
            while (_count == 0 && !_isComplete) Wait();
            var n = Math.Min(_count, buffer.Length);
            var straight = Math.Min(n, _text.Length - _first);
            _text.AsSpan(_first, straight).CopyTo(buffer);
            _text.AsSpan(0, n - straight).CopyTo(buffer[straight..]);
            (_first, _count) = ((_first + n) % _text.Length, _count - n);
            Monitor.PulseAll(_gate);
            return n;
        }
    }

    /// <summary>
    /// Has an action run by the thread of the pipeline, after those posted before. For the threads of the reading.
    /// </summary>
    public void Post(Action action)
    {
        lock (_gate)
        {
            while (_actions.Count >= MostActions) Wait();
            _actions.Enqueue(action);
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Ends the reading early and waits for it. A thread that waits for standard input does not end.</summary>
    /// <param name="wait">Whether to wait.</param>
    /// <param name="limit">How long to wait; null for two seconds.</param>
    public void Stop(bool wait, TimeSpan? limit = null)
    {
        _cancel.Cancel();
        if (wait) _thread.Join(limit ?? EndLimit);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Stop(wait: false);
        _wake.Dispose();
    }

    private void Append(ReadOnlySpan<byte> text)
    {
        var at = (_first + _count) % _text.Length;
        var straight = Math.Min(text.Length, _text.Length - at);
        text[..straight].CopyTo(_text.AsSpan(at));
        text[straight..].CopyTo(_text);
        if (_count == 0) Monitor.PulseAll(_gate);
        _count += text.Length;
    }

    private void RunActions()
    {
        while (true)
        {
            Action? action;
            lock (_gate)
            {
                if (!_actions.TryDequeue(out action)) return;
                if (_actions.Count == MostActions - 1) Monitor.PulseAll(_gate);
            }
            action();
        }
    }

    private void Wait()
    {
        _cancel.Token.ThrowIfCancellationRequested();
        Monitor.Wait(_gate, PollMilliseconds);
        _cancel.Token.ThrowIfCancellationRequested();
    }

    private void Run(Action<ReadingThread, CancellationToken> read)
    {
        try
        {
            read(this, _cancel.Token);
        }
        catch (Exception error)
        {
            _failure = error;
        }
        finally
        {
            lock (_gate)
            {
                _hasEnded = true;
                Monitor.PulseAll(_gate);
            }
        }
    }
}
