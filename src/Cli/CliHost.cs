using System.Runtime.InteropServices;
using System.Text;
using KernelMagnifier.Files;
using KernelMagnifier.Text;
using Microsoft.Win32.SafeHandles;

namespace KernelMagnifier.Cli;

/// <summary>The environment of a command: its streams and what they are connected to. Tests create their own.</summary>
internal sealed class CliHost : IDisposable
{
    private readonly List<Action> _cleanUps = [];
    private readonly CancellationTokenSource _cancel = new();

    /// <summary>Opens standard input.</summary>
    public required Func<Stream> OpenInput { get; init; }

    /// <summary>Standard output, for data only.</summary>
    public required Stream Output { get; init; }

    /// <summary>
    /// Standard output for a command that has no end of its own: the stream of .NET discards what a closed pipe does not take.
    /// Null for <see cref="Output"/>.
    /// </summary>
    public Stream? EndlessOutput { get; init; }

    /// <summary>Standard error, for messages and progress.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>Whether standard output is a terminal.</summary>
    public bool OutputIsTerminal { get; init; }

    /// <summary>Whether standard error is a terminal that can replace a line, for progress.</summary>
    public bool ErrorIsTerminal { get; init; }

    /// <summary>
    /// Whether standard output may contain colours: it is a terminal that supports them, and NO_COLOR is not set.
    /// </summary>
    public bool Colour { get; init; }

    /// <summary>The columns of the terminal.</summary>
    public int Width { get; init; } = 80;

    /// <summary>Cancelled by Ctrl-C, SIGTERM and SIGHUP.</summary>
    public CancellationToken Cancel => _cancel.Token;

    /// <summary>The number of the signal that was received; 0 if none was.</summary>
    public int Signal { get; private set; }

    /// <summary>Creates the host of this process.</summary>
    public static CliHost OfProcess()
    {
        var outputIsTerminal = !Console.IsOutputRedirected;
        var hasControls = Environment.GetEnvironmentVariable("TERM") is not (null or "" or "dumb");
        return new CliHost
        {
            OpenInput = () => OrClosed(StandardInput.Open),
            Output = OrClosed(Console.OpenStandardOutput),
            EndlessOutput = new DeviceStream(new SafeFileHandle(1, ownsHandle: false), default),
            Error = new StreamWriter(new MessageStream(OrClosed(Console.OpenStandardError)), new UTF8Encoding(false), 256)
            {
                AutoFlush = true,
            },
            OutputIsTerminal = outputIsTerminal,
            ErrorIsTerminal = !Console.IsErrorRedirected && hasControls,
            Colour = outputIsTerminal && hasControls && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")),
            Width = outputIsTerminal ? TerminalWidth() : 80,
        };
    }

    /// <summary>Writes a message to standard error, as one line in which control characters are escaped.</summary>
    public void Report(string message) => Error.WriteLine($"kernel-magnifier: {TerminalText.Escape(message)}");

    /// <summary>Writes a warning to standard error.</summary>
    public void Warn(string message) => Report($"warning: {message}");

    /// <summary>Writes text to standard output.</summary>
    public void Write(string text)
    {
        var output = new DataStream(Output, "standard output");
        output.Write(Encoding.UTF8.GetBytes(text));
        output.Flush();
    }

    /// <summary>Registers an action that is run if a signal ends the process before the returned object is disposed.</summary>
    public IDisposable CleanUpOnSignal(Action cleanUp)
    {
        lock (_cleanUps) _cleanUps.Add(cleanUp);
        return new Registration(() =>
        {
            lock (_cleanUps) _cleanUps.Remove(cleanUp);
        });
    }

    /// <summary>Requests the end of the command, as a signal does.</summary>
    internal void RequestEnd(int signal)
    {
        Signal = signal;
        _cancel.Cancel();
    }

    /// <summary>
    /// Handles SIGINT, SIGTERM and SIGHUP. The first signal cancels the command; with <paramref name="forceExit"/>, the process
    /// exits 150 ms later even if the command has not returned, because it can block in a read. A second signal ends the process
    /// at once.
    /// </summary>
    internal IDisposable HandleSignals(bool forceExit)
    {
        Timer? timer = null;
        void Handle(PosixSignalContext context, int signal)
        {
            context.Cancel = true;
            if (Signal != 0) End(signal);
            if (forceExit) timer = new Timer(_ => End(signal), null, 150, Timeout.Infinite);
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
        lock (_cleanUps)
            foreach (var cleanUp in _cleanUps)
                try
                {
                    cleanUp();
                }
                catch (IOException)
                {
                    // A file that cannot be removed remains.
                }
        Environment.Exit(ExitCode.Signal + signal);
    }

    /// <inheritdoc/>
    public void Dispose() => _cancel.Dispose();

    /// <summary>Replaces a standard stream that is closed.</summary>
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
