namespace KernelMagnifier.Engine.Tests.Cases;

/// <summary>
/// What a file in tests/data/cases must give, from the <c>.expect</c> file beside it. Lines that begin with <c>#</c> are
/// comments. The other lines are sections, each with indented rows:
/// <code>
/// info
///   calls: 4
/// events cpu,pid,comm,function,caller
///   2,40217,miner,page_carve,
/// edges caller,callee,count,total,self
///   page_carve,slab_peek,1,0.412,0.412
/// counts context
///   Task: 2
/// filters
///   cpu=2: 4
/// </code>
/// An unknown value is empty. <see cref="CaseResult"/> lists the names that rows and columns can have.
/// </summary>
internal sealed class CaseExpectation
{
    /// <summary>Reads an <c>.expect</c> file.</summary>
    public CaseExpectation(string path)
    {
        List<string>? rows = null;
        foreach (var line in File.ReadLines(path))
        {
            if (line.Length == 0 || line[0] == '#') continue;
            if (line[0] == ' ')
            {
                (rows ?? throw new FormatException($"{path}: a row before the first section: {line}")).Add(line.Trim());
                continue;
            }
            var (name, columns) = Split(line);
            rows = [];
            Sections.Add((name, columns, rows));
        }
    }

    /// <summary>The sections: name, columns and rows.</summary>
    public List<(string Name, string Columns, List<string> Rows)> Sections { get; } = [];

    /// <summary>The text of a row before its colon.</summary>
    public static string Key(string row)
        => row.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon ? row[..colon]
            : throw new FormatException($"A row needs a colon: {row}");

    private static (string Name, string Columns) Split(string line)
        => line.IndexOf(' ', StringComparison.Ordinal) is > 0 and var space ? (line[..space], line[(space + 1)..]) : (line, "");
}
