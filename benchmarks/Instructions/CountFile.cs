using System.Globalization;
using System.Text;

namespace KernelMagnifier.Benchmarks.Instructions;

/// <summary>Instruction counts and what they were made with: the kept ones of <c>benchmarks/counts.tsv</c>, or new ones.</summary>
/// <param name="MadeWith">The versions of the programs that have a part in the counts, by the name of the program.</param>
/// <param name="Paths">The counts.</param>
internal sealed record CountFile(IReadOnlyList<(string Program, string Version)> MadeWith, IReadOnlyList<CountedPath> Paths)
{
    private const string With = "with";

    private const string Heading = """
        # Instructions of hot paths of the native executable. ./build.sh bench --counts compares, --counts --keep renews this file.
        # docs/performance.md, "Instruction counts", says what is counted. Another compiler or C library counts differently.

        """;

    private const string Columns = "# path\tinstructions\tbytes of the recording\targuments\n";

    /// <summary>Reads the text of a file.</summary>
    /// <param name="text">The text.</param>
    /// <param name="name">The name of the file, for errors.</param>
    /// <exception cref="FormatException">A line is malformed, or an id is there twice.</exception>
    public static CountFile Parse(string text, string name)
    {
        var (madeWith, paths) = (new List<(string, string)>(), new List<CountedPath>());
        var number = 0;
        foreach (var line in text.Split('\n'))
        {
            number++;
            if (line.Length == 0 || line[0] == '#') continue;
            var fields = line.Split('\t');
            if (fields is [With, { Length: > 0 } program, { Length: > 0 } version])
                madeWith.Add((program, version));
            else if (fields is [{ Length: > 0 } id, var count, var bytes, { Length: > 0 } command]
                && Positive(count, out var instructions) && Positive(bytes, out var inputBytes))
                paths.Add(new CountedPath(id, instructions, inputBytes, command));
            else
                throw new FormatException($"{name}, line {number}: neither '{With}', a program and its version, nor a path, "
                    + "its instructions, the bytes of its recording and its arguments, with tabs between. "
                    + "Restore the file, or renew it with ./build.sh bench --counts --keep.");
        }
        if (paths.GroupBy(path => path.Id).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new FormatException($"{name}: the path '{twice.Key}' is there twice. Remove one of the lines.");
        return new CountFile(madeWith, paths);
    }

    /// <summary>The text of the file.</summary>
    public string Text()
    {
        var text = new StringBuilder(Heading.ReplaceLineEndings("\n"));
        foreach (var (program, version) in MadeWith) text.Append($"{With}\t{program}\t{version}\n");
        text.Append(Columns);
        foreach (var path in Paths)
            text.Append(CultureInfo.InvariantCulture, $"{path.Id}\t{path.Instructions}\t{path.InputBytes}\t{path.Command}\n");
        return text.ToString();
    }

    private static bool Positive(string text, out long number)
        => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number > 0;
}
