namespace KernelMagnifier.Probes.Library;

/// <summary>The lines that differ between two texts: a longest common subsequence, within bounds.</summary>
internal static class LineDifference
{
    // Beyond them, all lines between the common beginning and end are removed and added.
    private const int MostCells = 4 << 20;

    /// <summary>The pairs of lines, from 0: (old, new) for one that is the same, one of them −1 for one that is not.</summary>
    public static IReadOnlyList<(int Old, int New)> Of(IReadOnlyList<string> old, IReadOnlyList<string> @new)
    {
        var (head, tail) = (0, 0);
        while (head < old.Count && head < @new.Count && old[head] == @new[head]) head++;
        while (tail < old.Count - head && tail < @new.Count - head && old[^(tail + 1)] == @new[^(tail + 1)]) tail++;
        var pairs = Enumerable.Range(0, head).Select(i => (i, i)).ToList();
        Middle(old, @new, head, tail, pairs);
        for (var i = tail; i > 0; i--) pairs.Add((old.Count - i, @new.Count - i));
        return pairs;
    }

    private static void Middle(IReadOnlyList<string> old, IReadOnlyList<string> @new, int head, int tail, List<(int, int)> pairs)
    {
        int rows = old.Count - head - tail, columns = @new.Count - head - tail;
        var length = (long)rows * columns <= MostCells ? Lengths(old, @new, head, rows, columns) : null;
        int i = 0, j = 0;
        while (i < rows || j < columns)
        {
            if (length is not null && i < rows && j < columns && old[head + i] == @new[head + j])
                pairs.Add((head + i++, head + j++));
            else if (i < rows && (j == columns || length is null || length[i + 1, j] >= length[i, j + 1])) pairs.Add((head + i++,
                -1));
            else pairs.Add((-1, head + j++));
        }
    }

    /// <summary>The length of the longest common subsequence from each pair of lines on.</summary>
    private static int[,] Lengths(IReadOnlyList<string> old, IReadOnlyList<string> @new, int head, int rows, int columns)
    {
        var length = new int[rows + 1, columns + 1];
        for (var i = rows - 1; i >= 0; i--)
            for (var j = columns - 1; j >= 0; j--)
                length[i, j] = old[head + i] == @new[head + j] ? length[i + 1, j + 1] + 1
                    : Math.Max(length[i + 1, j], length[i, j + 1]);
        return length;
    }
}
