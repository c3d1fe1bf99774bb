using System.Globalization;
using KernelMagnifier.Text;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Cli;

/// <summary>Shows on standard error how far a reading is; nothing at all when that is no terminal.</summary>
internal sealed class ProgressBar(CliHost host) : IDisposable
{
    private const int Width = 30;
    private const long FirstAfterMilliseconds = 300;

    private readonly long _start = Environment.TickCount64;
    private bool _shown;

    /// <summary>What <see cref="TraceReadOptions.Progress"/> wants; null when there is nobody to see it.</summary>
    public Action<TraceProgress>? ForReading(string name)
        => host.ErrorIsTerminal ? p => Show($"reading {name}", p.Total > 0 ? Math.Min(1, (double)p.Done / p.Total) : null, p.Done) : null;

    /// <summary>What the exporter of graphs wants; null when there is nobody to see it.</summary>
    public Action<string, int>? ForDrawing() => host.ErrorIsTerminal ? (what, percent) => Show(what, percent / 100.0, 0) : null;

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_shown) host.Error.Write("\r\e[K");
        _shown = false;
    }

    private void Show(string what, double? part, long done)
    {
        // What is over in a moment needs no bar.
        if (Environment.TickCount64 - _start < FirstAfterMilliseconds) return;
        _shown = true;
        var text = part is { } p
            ? string.Create(CultureInfo.InvariantCulture, $"[{new string('#', (int)(p * Width))}{new string('.', Width - (int)(p * Width))}] {p * 100,3:F0} %")
            : string.Create(CultureInfo.InvariantCulture, $"{done / 1e6:F0} MB");
        host.Error.Write($"\r\e[K{text} {TerminalText.Escape(what)}");
    }
}
