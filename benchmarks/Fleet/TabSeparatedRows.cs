using System.Globalization;

namespace KernelMagnifier.Benchmarks.Fleet;

/// <summary>Writes rows as ClickHouse's TabSeparated, with times as nanoseconds.</summary>
internal sealed class TabSeparatedRows(string path) : FleetRows
{
    private readonly StreamWriter _out = new(path, append: false, new System.Text.UTF8Encoding(false), 1 << 16);
    private readonly char[] _digits = new char[32];
    private bool _isFirst = true;

    /// <inheritdoc/>
    public override void Text(string? value)
    {
        Separate();
        _out.Write(value is null ? @"\N"
            : value.Replace("\\", @"\\").Replace("\t", @"\t").Replace("\n", @"\n"));
    }

    /// <inheritdoc/>
    public override void Number(long? value)
    {
        Separate();
        if (value is { } number) Write(number);
        else _out.Write(@"\N");
    }

    /// <inheritdoc/>
    public override void Time(long? value) => Number(value);

    /// <inheritdoc/>
    public override void Real(double value)
    {
        Separate();
        _out.Write(value.ToString("R", CultureInfo.InvariantCulture));
    }

    /// <inheritdoc/>
    public override void Numbers(IEnumerable<long?> values)
    {
        Separate();
        _out.Write('[');
        foreach (var (i, value) in values.Index())
        {
            if (i > 0) _out.Write(',');
            if (value is { } number) Write(number);
            else _out.Write("NULL");
        }
        _out.Write(']');
    }

    /// <inheritdoc/>
    public override void End()
    {
        _out.Write('\n');
        _isFirst = true;
    }

    /// <inheritdoc/>
    public override void Dispose() => _out.Dispose();

    private void Write(long number)
    {
        number.TryFormat(_digits, out var length, provider: CultureInfo.InvariantCulture);
        _out.Write(_digits.AsSpan(0, length));
    }

    private void Separate()
    {
        if (!_isFirst) _out.Write('\t');
        _isFirst = false;
    }
}
