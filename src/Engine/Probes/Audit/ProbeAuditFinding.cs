using System.Globalization;
using KernelMagnifier.Text;

namespace KernelMagnifier.Probes.Audit;

/// <summary>Something in an audit log that is not as it was written.</summary>
public sealed class ProbeAuditFinding
{
    internal ProbeAuditFinding(string kind, string path, long? line, long? sequence, string message)
        => (Kind, Path, Line, Sequence, Message) = (kind, path, line, sequence, message);

    /// <summary>
    /// <c>Changed</c> (a line is not as it was written), <c>Removed</c>, <c>Inserted</c>, <c>Reordered</c>, <c>Cut</c> (the end
    /// is
    /// missing), <c>Unfinished</c> (the last line is not complete), <c>Rewritten</c> (the records are not those of a checkpoint)
    /// or
    /// <c>Checkpoint</c> (a checkpoint cannot be relied on).
    /// </summary>
    public string Kind { get; }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>The line in the file, from 1; null if no line shows it.</summary>
    public long? Line { get; }

    /// <summary>The number of the record; null if it is not known.</summary>
    public long? Sequence { get; }

    /// <summary>What is wrong, as a sentence.</summary>
    public string Message { get; }

    /// <inheritdoc/>
    public override string ToString() => TerminalText.Escape(
        Line is { } line ? string.Create(CultureInfo.InvariantCulture, $"{Path}:{line}: {Message}") : $"{Path}: {Message}");
}
