namespace KernelMagnifier.Traces.TraceCmdReport;

/// <summary>The lines of one block of a report.</summary>
internal sealed class ReportRecords
{
    private ReportRecord[] _items = new ReportRecord[8 * 1024];
    private int _count;

    /// <summary>The lines, without those that contribute nothing.</summary>
    public ReadOnlySpan<ReportRecord> Items => _items.AsSpan(0, _count);

    /// <summary>The first bytes of the lines that cannot be parsed, and the reasons; null beyond the first few lines.</summary>
    public List<(string Reason, byte[]? Sample)> NotParsed { get; } = [];

    /// <summary>Adds a record, whose fields have their default values.</summary>
    public ref ReportRecord Add(ReportRecordKind kind)
    {
        if (_count == _items.Length) Array.Resize(ref _items, _count * 2);
        ref var record = ref _items[_count++];
        record = new ReportRecord { Kind = kind };
        return ref record;
    }

    /// <summary>Prepares for another block.</summary>
    public void Clear()
    {
        _count = 0;
        NotParsed.Clear();
    }
}
