using KernelMagnifier.Native;

namespace KernelMagnifier.Recording;

/// <summary>Joins the parts of a recording into one file.</summary>
internal static unsafe class PartJoiner
{
    /// <summary>The number of bytes that are copied before their disk space in the part is freed.</summary>
    public const int Piece = 8 << 20;

    private const int PageHeaderSize = 16;

    /// <summary>
    /// Appends the pages of the other CPUs to the first part. The kernel copies them, or shares them where the file system can,
    /// and the space of a copied piece is freed at once, so the disk never holds the trace twice. Joining can be resumed: the
    /// place of every page follows from the sizes, and a freed page reads as zeros.
    /// </summary>
    /// <param name="files">The parts.</param>
    /// <param name="resumedSizes">The sizes that were noted when joining began earlier; null when it did not.</param>
    /// <param name="note">Notes the sizes before anything is moved.</param>
    /// <returns>Where the pages are, one entry for every CPU that the machine can have.</returns>
    /// <exception cref="IOException">The pages cannot be copied.</exception>
    public static List<CpuPages> Join(RecordingFiles files, IReadOnlyList<long>? resumedSizes, Action<IReadOnlyList<long>>? note)
    {
        var parts = files.Plan.Parts;
        var sizes = resumedSizes ?? [.. parts.Select((_, i) => files.PageBytes(i))];
        if (resumedSizes is null) note?.Invoke(sizes);
        var pages = new List<CpuPages> { new(parts[0].Cpu, parts[0].Start, sizes[0]) };
        var end = parts[0].Start + sizes[0];
        for (var i = 1; i < parts.Count; i++)
        {
            var done = resumedSizes is null ? 0 : FreedBytes(files.Parts[i], parts[i].Start, sizes[i], files.Plan.PageSize);
            Move(files.Parts[i], parts[i].Start + done, files.Parts[0], end + done, sizes[i] - done);
            pages.Add(new CpuPages(parts[i].Cpu, end, sizes[i]));
            end += sizes[i];
        }
        return ForAllCpus(files.Plan, pages, end);
    }

    /// <summary>Adds an empty entry for every CPU that the machine can have and that was not recorded.</summary>
    /// <param name="plan">The recording.</param>
    /// <param name="pages">The entries of the recorded CPUs.</param>
    /// <param name="end">The offset after the last page.</param>
    public static List<CpuPages> ForAllCpus(RecordingPlan plan, List<CpuPages> pages, long end)
    {
        var count = Math.Max(KernelFacts.PossibleCpus, plan.Parts.Max(p => p.Cpu) + 1);
        return [.. Enumerable.Range(0, count).Select(cpu => pages.Find(p => p.Cpu == cpu) ?? new CpuPages(cpu, end, 0))];
    }

    /// <summary>
    /// The number of bytes at the start of a part that were moved and freed: a freed page has neither time stamp nor length.
    /// </summary>
    private static long FreedBytes(int file, long start, long size, int pageSize)
    {
        var header = new byte[PageHeaderSize];
        for (var done = 0L; done < size; done += pageSize)
        {
            if (FileCalls.ReadAt(file, header, start + done) != header.Length || header.AsSpan().ContainsAnyExcept((byte)0))
                return done;
        }
        return size;
    }

    private static void Move(int from, long fromOffset, int to, long toOffset, long size)
    {
        for (var end = fromOffset + size; fromOffset < end;)
        {
            var before = fromOffset;
            var n = FileCalls.CopyFileRange(from, &fromOffset, to, &toOffset, (nuint)Math.Min(Piece, end - fromOffset), 0);
            if (n < 0 && Errno.Last is Errno.Invalid or Errno.CrossDevice or Errno.NoSystemCall or Errno.NotSupported)
            {
                _ = FileCalls.Seek(to, toOffset, FileCalls.FromStart);
                n = FileCalls.SendFile(to, from, &fromOffset, (nuint)Math.Min(Piece, end - fromOffset));
                if (n > 0) toOffset += n;
            }
            if (n < 0 && Errno.Last == Errno.Interrupted) continue;
            if (n == 0) throw new IOException("a part of the recording is shorter than it was");
            if (n < 0) throw Errno.ToException(Errno.Last);
            FileCalls.PunchHole(from, before, n);
        }
    }
}
