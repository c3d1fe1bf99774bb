using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using KernelMagnifier.Files;

namespace KernelMagnifier.Processes;

/// <summary>
/// Runs another program, such as Graphviz's dot. Finds it in PATH, writes its input and reads its output at the same time, and
/// kills it with its children at the time limit.
/// </summary>
internal static class ExternalTool
{
    private const int LongestErrors = 8 * 1024;
    private const UnixFileMode AnyExecute = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>Finds a program in PATH.</summary>
    /// <param name="name">The name of the executable.</param>
    /// <param name="product">The name of the program in messages.</param>
    /// <param name="package">The Debian package that contains it.</param>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.ToolNotFound"/>: PATH does not contain it.</exception>
    public static string Find(string name, string product, string package)
    {
        foreach (var directory in (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries))
        {
            var path = Path.Combine(directory, name);
            if (File.Exists(path) && IsExecutable(path)) return path;
        }
        throw new KernelMagnifierException(ErrorCode.ToolNotFound, product, "the program is not in PATH.",
            $"Install it: apt-get install {package}");
    }

    private static bool IsExecutable(string path)
        => OperatingSystem.IsWindows() || (File.GetUnixFileMode(path) & AnyExecute) != 0;

    /// <summary>Runs a program and copies its standard output to a stream.</summary>
    /// <param name="path">The path of the executable.</param>
    /// <param name="arguments">The arguments. No shell interprets them.</param>
    /// <param name="input">The text for its standard input, written as UTF-8.</param>
    /// <param name="output">Receives its standard output.</param>
    /// <param name="limit">The time limit. The program and its children are killed when it expires.</param>
    /// <param name="cancel">Kills the program and its children.</param>
    /// <exception cref="OperationCanceledException"><paramref name="cancel"/> was cancelled.</exception>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.ToolNotFound"/>: the program cannot be
    /// started.</exception>
    public static ToolResult Run(
        string path, IEnumerable<string> arguments, string input, Stream output, TimeSpan limit, CancellationToken cancel)
        => Run(path, arguments, Encoding.UTF8.GetBytes(input), null, output, limit, cancel);

    /// <summary>Runs a program with given bytes and, where they are given, nothing but these variables of the
    /// environment.</summary>
    /// <inheritdoc cref="Run(string, IEnumerable{string}, string, Stream, TimeSpan, CancellationToken)"/>
    public static ToolResult Run(
        string path, IEnumerable<string> arguments, ReadOnlyMemory<byte> input, IReadOnlyDictionary<string, string>? environment,
        Stream output, TimeSpan limit, CancellationToken cancel)
    {
        var start = new ProcessStartInfo(path, arguments)
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
            UseShellExecute = false, StandardErrorEncoding = Encoding.UTF8,
        };
        if (environment is not null)
        {
            start.Environment.Clear();
            foreach (var (name, value) in environment) start.Environment[name] = value;
        }
        using var timed = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        timed.CancelAfter(limit < TimeSpan.FromMilliseconds(1) ? TimeSpan.FromMilliseconds(1) : limit);
        cancel.ThrowIfCancellationRequested();
        using var process = StartProcess(start);
        using var registration = Register(process);
        try
        {
            var writing = WriteAsync(process.StandardInput.BaseStream, input, timed.Token);
            var reading = process.StandardOutput.BaseStream.CopyToAsync(output, timed.Token);
            var errors = ReadAsync(process.StandardError, timed.Token);
            Task.WhenAll(writing, reading, errors, process.WaitForExitAsync(timed.Token)).GetAwaiter().GetResult();
            return new ToolResult(true, process.ExitCode, errors.Result);
        }
        catch (OperationCanceledException)
        {
            cancel.ThrowIfCancellationRequested();
            return new ToolResult(false, -1, "");
        }
        finally
        {
            End(process);
        }
    }

    private static Process StartProcess(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception error)
        {
            throw new KernelMagnifierException(ErrorCode.ToolNotFound, start.FileName,
                $"the program cannot be started: {error.Message}.", "Install it again.", error);
        }
    }

    /// <summary>Registers the program with <see cref="Unfinished"/>, which kills it if this process is ended.</summary>
    private static IDisposable Register(Process process)
    {
        try
        {
            return Unfinished.Add(() => End(process));
        }
        catch (OperationCanceledException)
        {
            End(process);
            throw;
        }
    }

    private static async Task WriteAsync(Stream to, ReadOnlyMemory<byte> input, CancellationToken cancel)
    {
        try
        {
            await to.WriteAsync(input, cancel).ConfigureAwait(false);
            await to.FlushAsync(cancel).ConfigureAwait(false);
            to.Close();
        }
        catch (IOException)
        {
            // The program ended before it had read its whole input. Its exit code and standard error give the reason.
        }
    }

    private static async Task<string> ReadAsync(StreamReader from, CancellationToken cancel)
    {
        var kept = new StringBuilder();
        var buffer = new char[4096];
        for (int n; (n = await from.ReadAsync(buffer.AsMemory(), cancel).ConfigureAwait(false)) > 0;)
            kept.Append(buffer, 0, Math.Min(n, LongestErrors - kept.Length));
        return kept.ToString();
    }

    private static void End(Process process)
    {
        try
        {
            if (process.HasExited) return;
            process.Kill(entireProcessTree: true);
            process.WaitForExit(2000);
        }
        catch (Exception error) when (error is InvalidOperationException or Win32Exception or AggregateException)
        {
            // The program ended by itself in the meantime.
        }
    }
}
