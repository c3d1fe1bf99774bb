using KernelMagnifier.Model;

namespace KernelMagnifier.Traces.FtraceText;

/// <summary>Converts the task column of lines with <see cref="FixedColumns"/> to task ids.</summary>
internal sealed class FixedTaskColumn(CallNames names)
{
    // Consecutive lines are mostly of one task, so the column of the previous line is kept.
    private readonly byte[] _previous = new byte[FixedColumns.BracketAfterTgid];
    private int _length;
    private int _task;

    /// <summary>The id of the task in the column: <c>comm-pid</c>, with <c>(tgid)</c> if the line has one.</summary>
    public int Task(ReadOnlySpan<byte> column)
    {
        if (_length == column.Length && column.SequenceEqual(_previous.AsSpan(0, _length))) return _task;
        column.CopyTo(_previous);
        _length = column.Length;
        var at = FixedColumns.Dash + 1;
        DecimalText.TryRead(column, ref at, out var pid);
        int? group = null;
        if (column.Length > FixedColumns.Bracket && column[FixedColumns.Bracket] == '('
            && DecimalText.TryParse(column[(FixedColumns.Bracket + 1)..^2].Trim((byte)' '), out var tgid)) group = (int)tgid;
        return _task = names.Task(column[..FixedColumns.Dash].TrimStart((byte)' '), (int)pid, group);
    }
}
