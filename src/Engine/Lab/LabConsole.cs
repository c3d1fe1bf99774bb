using System.Text;
using KernelMagnifier.Text;

namespace KernelMagnifier.Lab;

/// <summary>
/// What a guest prints on its console: the log, its last lines, and whether its kernel panicked. All of it is untrusted: the log
/// and the lines are bounded, and control characters are removed.
/// </summary>
internal sealed class LabConsole : IDisposable
{
    private const int MostLines = 20, LongestLine = 400;
    private const long LongestLog = 16 << 20;
    private const string PanicMark = "Kernel panic - not syncing";
    private readonly Lock _gate = new();
    private readonly Queue<string> _last = new();
    private readonly StreamWriter _log;
    private long _length;
    private string? _panic;

    /// <summary>Creates the log.</summary>
    public LabConsole(string path) => _log = new StreamWriter(path, append: false, new UTF8Encoding(false)) { AutoFlush = true };

    /// <summary>The line with a panic; null if there was none.</summary>
    public string? Panic { get { lock (_gate) return _panic; } }

    /// <summary>The last lines that are not empty; after the one with the panic, which can be long before them.</summary>
    public IReadOnlyList<string> LastLines
    {
        get
        {
            lock (_gate)
                return _panic is { } panic && !_last.Contains(TerminalText.Escape(panic)) ? [TerminalText.Escape(panic), .. _last]
                    : [.. _last];
        }
    }

    /// <summary>Takes all lines of a stream.</summary>
    public void Read(StreamReader from)
    {
        var line = new StringBuilder();
        var buffer = new char[4096];
        for (int n; (n = from.Read(buffer, 0, buffer.Length)) > 0;)
            foreach (var c in buffer.AsSpan(0, n))
            {
                if (c == '\n') End(line);
                // A longer line is cut, not broken: its end belongs to no line.
                else if (line.Length < LongestLine && (c == '\t' || !char.IsControl(c))) line.Append(c == '\t' ? ' ' : c);
            }
        if (line.Length > 0) End(line);
    }

    private void End(StringBuilder line)
    {
        var text = line.ToString().TrimEnd();
        line.Clear();
        lock (_gate)
        {
            if (_length < LongestLog)
            {
                _log.Write(text + "\n");
                if ((_length += text.Length + 1) >= LongestLog) _log.Write("(the log ends here: the guest wrote more)\n");
            }
            if (text.Length == 0) return;
            if (_panic is null && text.Contains(PanicMark, StringComparison.Ordinal)) _panic = text;
            _last.Enqueue(TerminalText.Escape(text));
            if (_last.Count > MostLines) _last.Dequeue();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate) _log.Dispose();
    }
}
