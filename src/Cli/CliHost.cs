using System.Runtime.InteropServices;
using System.Text;
using KernelMagnifier.Files;
using KernelMagnifier.Text;

namespace KernelMagnifier.Cli;

/// <summary>The world around a command: its streams and what they are connected to. Tests make their own.</summary>
internal sealed class CliHost : IDisposable
{
    private readonly List<Action> _cleanups = [];
    private readonly CancellationTokenSource _cancel = new();

    /// <summary>Standard input.</summary>
    public required Func<Stream> OpenInput { get; init; }

    /// <summary>Standard output: the data, and nothing else.</summary>
    public required Stream Output { get; init; }

    /// <summary>Standard error: whatever is not data.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>Whether standard output is a terminal.</summary>
    public bool OutputIsTerminal { get; init; }

    /// <summary>Whether standard error is a terminal.</summary>
    public bool ErrorIsTerminal { get; init; }

    /// <summary>Whether standard output may be coloured: a terminal that can, and a user who has not set NO_COLOR.</summary>
    public bool Colour { get; init; }

    /// <summary>Columns of the terminal.</summary>
    public int Width { get; init; } = 80;

    /// <summary>Set when the user wants the command to end (Ctrl-C, SIGTERM, SIGHUP).</summary>
    public CancellationToken Cancel => _cancel.Token;

    /// <summary>The signal that ended the command, or 0.</summary>
    public int Signal { get; private set; }

    /// <summary>The host of a real process.</summary>
    public static CliHost OfProcess()
    {
        var outputIsTerminal = !Console.IsOutputRedirected;
        var errorIsTerminal = !Console.IsErrorRedirected;
        return new CliHost
        {
            OpenInput = () => OrClosed(StandardInput.Open),
            Output = OrClosed(Console.OpenStandardOutput),
            Error = new StreamWriter(new MessageStream(OrClosed(Console.OpenStandardError)), new UTF8Encoding(false), 256) { AutoFlush = true },
            OutputIsTerminal = outputIsTerminal,
            ErrorIsTerminal = errorIsTerminal,
            Colour = outputIsTerminal && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
                && Environment.GetEnvironmentVariable("TERM") is not (null or "" or "dumb"),
            Width = outputIsTerminal ? TerminalWidth() : 80,
        };
    }

    /// <summary>Says something to the user, on standard error, in one line that a recording's names cannot break out of.</summary>
    public void Say(string message) => Error.WriteLine($"kernel-magnifier: {TerminalText.Escape(message)}");

    /// <summary>Warns the user.</summary>
    public void Warn(string message) => Say($"warning: {message}");

    /// <summary>Writes text to standard output.</summary>
    public void Write(string text)
    {
        var output = new DataStream(Output, "standard output");
        output.Write(Encoding.UTF8.GetBytes(text));
        output.Flush();
    }

    /// <summary>Has something undone when the process is ended by a signal before the returned object is disposed.</summary>
    public IDisposable UndoOnExit(Action undo)
    {
        lock (_cleanups) _cleanups.Add(undo);
        return new Registration(() =>
        {
            lock (_cleanups) _cleanups.Remove(undo);
        });
    }

    /// <summary>Ends the command as a signal would.</summary>
    internal void RequestEnd(int signal)
    {
        Signal = signal;
        _cancel.Cancel();
    }

    /// <summary>
    /// Listens to SIGINT, SIGTERM and SIGHUP. The first asks the command to end; a command that has nothing of its own to put back
    /// (<paramref name="endAtOnce"/>) is ended 150 ms later if it has not, since it may hang in a read. A second signal always ends the process.
    /// </summary>
    internal IDisposable ListenToSignals(bool endAtOnce)
    {
        Timer? timer = null;
        void Handle(PosixSignalContext context, int signal)
        {
            context.Cancel = true;
            if (Signal != 0) End(signal);
            if (endAtOnce) timer = new Timer(_ => End(signal), null, 150, Timeout.Infinite);
            RequestEnd(signal);
        }
        var registrations = new[]
        {
            PosixSignalRegistration.Create(PosixSignal.SIGINT, c => Handle(c, 2)),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, c => Handle(c, 15)),
            PosixSignalRegistration.Create(PosixSignal.SIGHUP, c => Handle(c, 1)),
        };
        return new Registration(() =>
        {
            timer?.Dispose();
            foreach (var registration in registrations) registration.Dispose();
        });
    }

    private void End(int signal)
    {
        Unfinished.UndoAll();
        lock (_cleanups)
            foreach (var undo in _cleanups)
                try
                {
                    undo();
                }
                catch (IOException)
                {
                    // The process ends; what cannot be removed stays.
                }
        Environment.Exit(ExitCode.Signal + signal);
    }

    /// <inheritdoc/>
    public void Dispose() => _cancel.Dispose();

    /// <summary>A process may be started with any of its three streams closed.</summary>
    private static Stream OrClosed(Func<Stream> open)
    {
        try
        {
            return open();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return new ClosedStream();
        }
    }

    private static int TerminalWidth()
    {
        try
        {
            return Console.WindowWidth is > 20 and var width ? width : 80;
        }
        catch (IOException)
        {
            return 80;
        }
    }

    private sealed class Registration(Action dispose) : IDisposable
    {
        public void Dispose() => dispose();
    }
}
