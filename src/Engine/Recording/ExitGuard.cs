using System.Runtime.InteropServices;

namespace KernelMagnifier.Recording;

/// <summary>
/// Delays the end of this process until all settings are restored. From before the first change on, a signal that would end the
/// process, or its end for another reason, stops the recording and waits for it.
/// </summary>
internal sealed class ExitGuard : IDisposable
{
    private readonly Lock _lock = new();
    private readonly ManualResetEvent _released = new(false);
    private readonly List<PosixSignalRegistration> _signals = [];
    private Action? _stop;
    private bool _isEnding;

    /// <summary>Starts to handle signals.</summary>
    public ExitGuard()
    {
        AppDomain.CurrentDomain.ProcessExit += OnExit;
        (PosixSignal, int)[] signals = [(PosixSignal.SIGHUP, 1), (PosixSignal.SIGQUIT, 3), (PosixSignal.SIGTERM, 15)];
        foreach (var (signal, number) in signals)
            _signals.Add(PosixSignalRegistration.Create(signal, _ => OnSignal(number)));
    }

    /// <summary>The number of the signal that ends this process; 0 when there was none.</summary>
    public int Signal { get; private set; }

    /// <summary>Sets the action that stops the recording. It is called at once if the process is already ending.</summary>
    public void Watch(Action stop)
    {
        lock (_lock)
        {
            _stop = stop;
            if (_isEnding) stop();
        }
    }

    /// <summary>Lets the process end: all settings are restored.</summary>
    public void Release()
    {
        _released.Set();
        AppDomain.CurrentDomain.ProcessExit -= OnExit;
    }

    /// <summary>Handles a signal: stops the recording and waits for its end.</summary>
    internal void OnSignal(int number)
    {
        lock (_lock) Signal = number;
        OnExit(null, EventArgs.Empty);
    }

    private void OnExit(object? sender, EventArgs e)
    {
        lock (_lock)
        {
            _isEnding = true;
            _stop?.Invoke();
        }
        _released.WaitOne();
    }

    /// <summary>
    /// Releases, and stops handling signals. Must not be called on a thread that a signal handler may wait for.
    /// </summary>
    public void Dispose()
    {
        Release();
        foreach (var signal in _signals) signal.Dispose();
        _signals.Clear();
    }
}
