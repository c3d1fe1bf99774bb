using System.Diagnostics;
using System.Text;
using KernelMagnifier.Files;
using KernelMagnifier.Rendering;

namespace KernelMagnifier.Processes;

/// <summary>Another program that draws: found in PATH, fed and drained at the same time, ended with its children when time is up.</summary>
internal static class ExternalTool
{
    private const int MostErrors = 8 * 1024;

    /// <summary>The program's path.</summary>
    /// <exception cref="KernelMagnifierException">There is none; the message says how to install it.</exception>
    public static string Find(string name, string product, string package)
    {
        foreach (var directory in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries))
        {
            var path = Path.Combine(directory, name);
            if (File.Exists(path) && (OperatingSystem.IsWindows() || (File.GetUnixFileMode(path) & (UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)) != 0))
                return path;
        }
        throw new RenderException($"{product} was not found. Install it: apt-get install {package}");
    }

    /// <summary>Runs a program: the input goes to its standard input, its standard output to a stream.</summary>
    /// <param name="path">The program.</param>
    /// <param name="arguments">Its arguments, as they are: no shell sees them.</param>
    /// <param name="input">What it reads.</param>
    /// <param name="output">Takes what it writes.</param>
    /// <param name="limit">How long it may take; then it and its children are ended.</param>
    /// <param name="cancel">Ends it and its children.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static ToolResult Run(string path, IEnumerable<string> arguments, string input, Stream output, TimeSpan limit, CancellationToken cancel)
    {
        var start = new ProcessStartInfo(path, arguments)
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
            UseShellExecute = false, StandardInputEncoding = new UTF8Encoding(false), StandardErrorEncoding = Encoding.UTF8,
        };
        using var timed = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        timed.CancelAfter(limit < TimeSpan.FromMilliseconds(1) ? TimeSpan.FromMilliseconds(1) : limit);
        cancel.ThrowIfCancellationRequested();
        using var process = StartProcess(start);
        using var begun = Begin(process);
        try
        {
            var feeding = FeedAsync(process.StandardInput, input, timed.Token);
            var draining = process.StandardOutput.BaseStream.CopyToAsync(output, timed.Token);
            var complaints = ReadAsync(process.StandardError, timed.Token);
            Task.WhenAll(feeding, draining, complaints, process.WaitForExitAsync(timed.Token)).GetAwaiter().GetResult();
            return new ToolResult(true, process.ExitCode, complaints.Result);
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
        catch (System.ComponentModel.Win32Exception error)
        {
            throw new RenderException($"{start.FileName} could not be started: {error.Message}", error);
        }
    }

    private static IDisposable Begin(Process process)
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

    private static async Task FeedAsync(StreamWriter to, string input, CancellationToken cancel)
    {
        try
        {
            await to.WriteAsync(input.AsMemory(), cancel).ConfigureAwait(false);
            await to.FlushAsync(cancel).ConfigureAwait(false);
            to.Close();
        }
        catch (IOException)
        {
            // It ended before it read everything; its exit code and its words say why.
        }
    }

    private static async Task<string> ReadAsync(StreamReader from, CancellationToken cancel)
    {
        var kept = new StringBuilder();
        var buffer = new char[4096];
        for (int n; (n = await from.ReadAsync(buffer.AsMemory(), cancel).ConfigureAwait(false)) > 0;)
            kept.Append(buffer, 0, Math.Min(n, MostErrors - kept.Length));
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
        catch (Exception error) when (error is InvalidOperationException or System.ComponentModel.Win32Exception or AggregateException)
        {
            // It ended by itself in between.
        }
    }
}
