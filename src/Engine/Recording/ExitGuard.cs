using System.Runtime.InteropServices;

namespace KernelMagnifier.Recording;

/// <summary>
/// Lets this process end only when what it has changed on the machine is put back: from before the first change on, a signal that would
/// end it, or its ending for another reason, asks the recording to end and waits until it has.
/// </summary>
internal sealed class ExitGuard : IDisposable
{
    private readonly Lock _lock = new();
    private readonly ManualResetEvent _over = new(false);
    private readonly List<PosixSignalRegistration> _signals = [];
    private Action? _stop;
    private bool _asked;

    /// <summary>Begins to watch.</summary>
    public ExitGuard()
    {
        AppDomain.CurrentDomain.ProcessExit += OnExit;
        foreach (var (signal, number) in ((PosixSignal, int)[])[(PosixSignal.SIGHUP, 1), (PosixSignal.SIGQUIT, 3), (PosixSignal.SIGTERM, 15)])
            _signals.Add(PosixSignalRegistration.Create(signal, _ => OnSignal(number)));
    }

    /// <summary>The number of the signal that asked this process to end; 0 when none did.</summary>
    public int Signal { get; private set; }

    /// <summary>Says how to ask the recording to end; when that was wanted already, it is asked at once.</summary>
    public void Watch(Action stop)
    {
        lock (_lock)
        {
            _stop = stop;
            if (_asked) stop();
        }
    }

    /// <summary>Everything is put back: who waits to end the process may.</summary>
    public void Release()
    {
        _over.Set();
        AppDomain.CurrentDomain.ProcessExit -= OnExit;
    }

    /// <summary>What such a signal does: it asks, and waits.</summary>
    internal void OnSignal(int number)
    {
        lock (_lock) Signal = number;
        OnExit(null, EventArgs.Empty);
    }

    private void OnExit(object? sender, EventArgs e)
    {
        lock (_lock)
        {
            _asked = true;
            _stop?.Invoke();
        }
        _over.WaitOne();
    }

    /// <summary>Releases, and watches for signals no more. (Not from a thread that a signal's handler could be waiting for.)</summary>
    public void Dispose()
    {
        Release();
        foreach (var signal in _signals) signal.Dispose();
        _signals.Clear();
    }
}
