using System.Globalization;
using KernelMagnifier.Text;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Cli;

/// <summary>Shows the progress of work that takes more than a second, on standard error if that is a terminal.</summary>
internal sealed class ProgressBar(CliHost host) : IDisposable
{
    private const int Width = 30;
    private const long FirstAfterMilliseconds = 1000;

    private readonly long _start = Environment.TickCount64;
    private bool _shown;

    /// <summary>
    /// Returns the callback for <see cref="TraceReadOptions.Progress"/>; null if standard error is not a terminal.
    /// </summary>
    public Action<TraceProgress>? ForReading(string name)
    {
        if (!host.ErrorIsTerminal) return null;
        return p => Show($"reading {name}", p.Total > 0 ? Math.Min(1, (double)p.Done / p.Total) : null, p.Done);
    }

    /// <summary>Returns the callback for exporters; null if standard error is not a terminal.</summary>
    public Action<string, int>? ForDrawing()
        => host.ErrorIsTerminal ? (activity, percent) => Show(activity, percent / 100.0, 0) : null;

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_shown) host.Error.Write("\r\e[K");
        _shown = false;
    }

    private void Show(string activity, double? fraction, long bytes)
    {
        // Short work needs no bar.
        if (Environment.TickCount64 - _start < FirstAfterMilliseconds) return;
        _shown = true;
        var text = string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:F0} MB");
        if (fraction is { } f)
        {
            var bar = new string('#', (int)(f * Width)).PadRight(Width, '.');
            text = string.Create(CultureInfo.InvariantCulture, $"[{bar}] {f * 100,3:F0} %");
        }
        host.Error.Write($"\r\e[K{text} {TerminalText.Escape(activity)}");
    }
}
