using KernelMagnifier.Files;
using KernelMagnifier.Native;

namespace KernelMagnifier.Recording;

/// <summary>Puts drained parts together to one file.</summary>
internal static unsafe class PartJoiner
{
    /// <summary>What is copied before it is given back at its old place.</summary>
    public const int Piece = 8 << 20;

    /// <summary>
    /// Appends the other CPUs' pages to the first one's file, in which they are to stand. The kernel copies (or only links, where the
    /// file system can), and what is copied is given back at once: the disk never holds the trace twice. What was begun and not ended can be
    /// gone on with, as every page's place follows from the sizes, and what was given back is empty.
    /// </summary>
    /// <param name="plan">The recording.</param>
    /// <param name="files">The open files of <see cref="RecordingPlan.Parts"/>, in their order.</param>
    /// <param name="cpus">CPUs the machine can have.</param>
    /// <param name="begun">The sizes that were noted when joining these parts was begun before; null when it was not.</param>
    /// <param name="note">Notes the sizes, before anything is moved.</param>
    /// <returns>Where every CPU's pages are.</returns>
    public static List<CpuData> Join(RecordingPlan plan, IReadOnlyList<int> files, int cpus, IReadOnlyList<long>? begun, Action<IReadOnlyList<long>>? note)
    {
        var sizes = begun ?? [.. files.Select((file, i) => SizeOf(file, plan.Parts[i], plan.PageSize))];
        if (begun is null) note?.Invoke(sizes);
        var data = new Dictionary<int, CpuData>();
        long end = 0;
        for (var i = 0; i < files.Count; i++)
        {
            var (part, size) = (plan.Parts[i], sizes[i]);
            if (i == 0)
            {
                data[part.Cpu] = new CpuData(part.Cpu, part.Start, size);
                end = part.Start + size;
                continue;
            }
            var moved = begun is null ? 0 : GivenBack(files[i], part.Start, size, plan.PageSize);
            Copy(files[i], part.Start + moved, files[0], end + moved, size - moved);
            data[part.Cpu] = new CpuData(part.Cpu, end, size);
            end += size;
        }
        return [.. Enumerable.Range(0, Math.Max(cpus, data.Keys.Max() + 1)).Select(cpu => data.GetValueOrDefault(cpu) ?? new CpuData(cpu, end, 0))];
    }

    /// <summary>Bytes of whole pages: a killed recorder may have left a piece of one.</summary>
    private static long SizeOf(int file, CpuPart part, int pageSize) => Math.Max(0, LibC.Seek(file, 0, 2) - part.Start) / pageSize * pageSize;

    /// <summary>How many bytes at the beginning were copied and given back: a page that was has neither time nor length.</summary>
    private static long GivenBack(int file, long start, long size, int pageSize)
    {
        var head = new byte[16];
        for (var done = 0L; done < size; done += pageSize)
        {
            if (LibC.ReadAt(file, head, start + done) != head.Length || head.AsSpan().ContainsAnyExcept((byte)0)) return done;
        }
        return size;
    }

    /// <summary>Packs every CPU's pages into another file. The parts stay as they are, for that may fail.</summary>
    /// <exception cref="IOException">It could not be written, or <paramref name="hasRoom"/> says no more.</exception>
    public static List<CpuData> Pack(RecordingPlan plan, IReadOnlyList<int> files, Stream into, int cpus, Func<bool> hasRoom)
    {
        var data = new Dictionary<int, CpuData>();
        into.Position = TraceDatWriter.DataStart(plan.PageSize);
        for (var i = 0; i < files.Count; i++)
        {
            var part = plan.Parts[i];
            using var pages = OutputPlace.Stream(LibC.Duplicate(files[i]));
            var size = SizeOf(files[i], part, plan.PageSize);
            if (size == 0) continue;
            into.Position = (into.Position + 4095) & ~4095L;
            var at = into.Position;
            TraceDatWriter.Pack(into, pages, part.Start, size, plan.PageSize, hasRoom);
            data[part.Cpu] = new CpuData(part.Cpu, at, into.Position - at);
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
            if (n <= 0) throw n == 0 ? new IOException("a part of the recording is shorter than it was") : new IOException(LibC.Describe(LibC.Error), LibC.Error);
            LibC.PunchHole(from, before, n);
        }
    }
}
