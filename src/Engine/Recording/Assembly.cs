namespace KernelMagnifier.Capture;

/// <summary>Puts drained parts together to one file.</summary>
internal static unsafe class Assembly
{
    /// <summary>What is copied before it is given back at its old place.</summary>
    public const int Piece = 8 << 20;

    /// <summary>
    /// Appends the other CPUs' pages to the first one's file, in which they are to stand. The kernel copies (or only links, where the
    /// file system can), and what is copied is given back at once: the disk never holds the trace twice.
    /// </summary>
    /// <param name="plan">The recording.</param>
    /// <param name="files">The open files of <see cref="RecordingPlan.Parts"/>, in their order.</param>
    /// <param name="cpus">CPUs the machine can have.</param>
    /// <returns>Where every CPU's pages are.</returns>
    public static List<CpuData> Join(RecordingPlan plan, IReadOnlyList<int> files, int cpus)
    {
        var data = new Dictionary<int, CpuData>();
        long end = 0;
        for (var i = 0; i < files.Count; i++)
        {
            var part = plan.Parts[i];
            // A killed recorder may have left a piece of a page.
            var size = Math.Max(0, LibC.Seek(files[i], 0, 2) - part.Start) / plan.PageSize * plan.PageSize;
            if (i == 0)
            {
                data[part.Cpu] = new CpuData(part.Cpu, part.Start, size);
                end = part.Start + size;
                continue;
            }
            Copy(files[i], part.Start, files[0], end, size);
            data[part.Cpu] = new CpuData(part.Cpu, end, size);
            end += size;
        }
        return [.. Enumerable.Range(0, Math.Max(cpus, data.Keys.Max() + 1)).Select(cpu => data.GetValueOrDefault(cpu) ?? new CpuData(cpu, end, 0))];
    }

    /// <summary>Packs every CPU's pages into another file.</summary>
    public static List<CpuData> Pack(RecordingPlan plan, IReadOnlyList<int> files, Stream into, int cpus)
    {
        var data = new Dictionary<int, CpuData>();
        into.Position = TraceDatWriter.DataStart(plan.PageSize);
        for (var i = 0; i < files.Count; i++)
        {
            var part = plan.Parts[i];
            using var pages = OutputPlace.Stream(LibC.Duplicate(files[i]));
            var size = Math.Max(0, pages.Length - part.Start) / plan.PageSize * plan.PageSize;
            if (size == 0) continue;
            into.Position = (into.Position + 4095) & ~4095L;
            var at = into.Position;
            TraceDatWriter.Pack(into, pages, part.Start, size, plan.PageSize);
            data[part.Cpu] = new CpuData(part.Cpu, at, into.Position - at);
            LibC.PunchHole(files[i], part.Start, size);
        }
        var end = into.Position;
        return [.. Enumerable.Range(0, Math.Max(cpus, plan.Parts.Max(p => p.Cpu) + 1)).Select(cpu => data.GetValueOrDefault(cpu) ?? new CpuData(cpu, end, 0))];
    }

    private static void Copy(int from, long fromAt, int to, long toAt, long size)
    {
        for (var end = fromAt + size; fromAt < end;)
        {
            var before = fromAt;
            var n = LibC.CopyFileRange(from, &fromAt, to, &toAt, (nuint)Math.Min(Piece, end - fromAt), 0);
            if (n < 0 && LibC.Error is LibC.Invalid or LibC.CrossDevice or LibC.NoSystemCall or LibC.NotSupported)
            {
                _ = LibC.Seek(to, toAt, 0);
                n = LibC.SendFile(to, from, &fromAt, (nuint)Math.Min(Piece, end - fromAt));
                if (n > 0) toAt += n;
            }
            if (n < 0 && LibC.Error == LibC.Interrupted) continue;
            if (n <= 0) throw new IOException(n == 0 ? "a part of the recording is shorter than it was" : LibC.Describe(LibC.Error));
            LibC.PunchHole(from, before, n);
        }
    }
}
