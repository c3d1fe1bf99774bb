using KernelMagnifier.Files;
using KernelMagnifier.Native;
using KernelMagnifier.Text;

namespace KernelMagnifier.Recording;

/// <summary>
/// The files of a recording beside its result: the parts to which buffers are drained, the metadata, and the reserved disk space.
/// </summary>
internal sealed class RecordingFiles : IDisposable
{
    private const long TypicalMetadata = 32 << 20, JoiningSpace = PartJoiner.Piece + (1 << 20);

    private readonly List<int> _parts = [];
    private int _metadata = -Errno.NoEntry;

    private RecordingFiles(RecordingPlan plan, OutputPlace place) => (Plan, Place) = (plan, place);

    /// <summary>The recording.</summary>
    public RecordingPlan Plan { get; }

    /// <summary>The place of the result. It is disposed with this object.</summary>
    public OutputPlace Place { get; }

    /// <summary>The descriptors of the parts.</summary>
    public IReadOnlyList<int> Parts => _parts;

    /// <summary>Whether all files exist and could be opened.</summary>
    public bool AreOpen => _parts.Count > 0 && _parts.TrueForAll(f => f >= 0) && (Plan.Metadata.Length == 0 || _metadata >= 0);

    /// <summary>
    /// The number of the first error, other than a missing file, that prevented opening a file; 0 when there was none.
    /// </summary>
    public int Error
        => -_parts.Append(Plan.Metadata.Length == 0 ? 0 : _metadata).FirstOrDefault(f => f < 0 && f != -Errno.NoEntry);

    /// <summary>
    /// Whether the first part, which becomes the result, was deleted by somebody else. Its data exist as long as it is open.
    /// </summary>
    public bool IsDeleted
        => _parts.Count > 0 && _parts[0] >= 0 && Ownership.Of(_parts[0]) is { Links: 0 } && !Place.Has(Plan.Parts[0].File);

    /// <summary>The names of the files beside the result that exist.</summary>
    public IEnumerable<string> Existing => Plan.Files.Where(Place.Has);

    /// <summary>Creates the files of a new recording.</summary>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.OutputNotWritable"/> or
    /// <see cref="ErrorCode.DiskFull"/>.</exception>
    public static RecordingFiles Create(RecordingPlan plan, OutputPlace place)
    {
        var files = new RecordingFiles(plan, place);
        try
        {
            foreach (var part in plan.Parts)
            {
                files._parts.Add(place.Create(part.File));
                _ = FileCalls.Seek(files._parts[^1], part.Start, FileCalls.FromStart);
            }
            if (plan.Metadata.Length > 0) files._metadata = place.Create(plan.Metadata);
            return files;
        }
        catch
        {
            files.DeleteAll();
            files.Dispose();
            throw;
        }
    }

    /// <summary>Opens the files of an earlier recorder; see <see cref="AreOpen"/> and <see cref="Error"/>.</summary>
    public static RecordingFiles Reopen(RecordingPlan plan, OutputPlace place)
    {
        var files = new RecordingFiles(plan, place);
        files._parts.AddRange(plan.Parts.Select(p => place.Reopen(p.File)));
        if (plan.Metadata.Length > 0) files._metadata = place.Reopen(plan.Metadata);
        return files;
    }

    /// <summary>Writes the metadata of the kernel and reserves the disk space that completing the recording needs.</summary>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.DiskFull"/>.</exception>
    public void WriteMetadata(TracingDirectory directory, IReadOnlyList<ChosenEvent> events)
    {
        if (Plan.Metadata.Length == 0) return;
        var written = 0L;
        try
        {
            using var metadata = OpenMetadata();
            KernelMetadata.Write(metadata, directory, events);
            metadata.Flush();
            written = metadata.Length;
        }
        catch (IOException e)
        {
            throw NoRoom(0, e);
        }
        // Completing the file writes the metadata once more and joins the parts; a full disk must not prevent it.
        var reserve = Place.Create(Plan.Reserve);
        var isFull = !FileCalls.Reserve(reserve, written + JoiningSpace) && Errno.IsDiskFull(Errno.Last);
        _ = FileCalls.Close(reserve);
        if (isFull) throw NoRoom(written, null);
    }

    /// <summary>Replaces the metadata, after modules were loaded or unloaded.</summary>
    public void ReplaceMetadata(TracingDirectory directory, IReadOnlyList<ChosenEvent> events)
    {
        var content = new MemoryStream();
        KernelMetadata.Write(content, directory, events);
        using var metadata = OpenMetadata();
        metadata.Position = 0;
        content.WriteTo(metadata);
        metadata.SetLength(content.Length);
    }

    /// <summary>The number of bytes of complete pages in a part; a killed recorder may have left an incomplete one.</summary>
    public long PageBytes(int part) => Math.Max(0, Length(part) - Plan.Parts[part].Start) / Plan.PageSize * Plan.PageSize;

    /// <summary>The length of a part in bytes.</summary>
    public long Length(int part) => FileCalls.Seek(_parts[part], 0, FileCalls.FromEnd);

    /// <summary>Opens a stream over a part.</summary>
    public FileStream OpenPart(int part) => OpenStream(_parts[part]);

    /// <summary>Opens a stream over the metadata.</summary>
    public FileStream OpenMetadata() => OpenStream(_metadata);

    /// <summary>Opens a stream over a duplicate of a descriptor.</summary>
    /// <exception cref="IOException">The descriptor cannot be duplicated.</exception>
    public static FileStream OpenStream(int file)
    {
        var copy = FileCalls.Duplicate(file);
        return copy >= 0 ? OutputDirectory.ToStream(copy) : throw Errno.ToException(-copy);
    }

    /// <summary>Deletes all files beside the result that still have their temporary name.</summary>
    public void DeleteAll()
    {
        foreach (var part in Plan.Parts) Place.Delete(part.File);
        Place.Delete(Plan.Metadata);
        Place.Delete(Plan.Reserve);
        if (Plan.Parts.Count > 0) Place.Delete(Plan.Compressed);
    }

    /// <summary>Closes all files and the place.</summary>
    public void Dispose()
    {
        foreach (var file in _parts)
            if (file >= 0)
                _ = FileCalls.Close(file);
        _parts.Clear();
        if (_metadata >= 0) _ = FileCalls.Close(_metadata);
        _metadata = -Errno.NoEntry;
        Place.Dispose();
    }

    /// <param name="written">The bytes of metadata that had room; 0 when it had none.</param>
    /// <param name="inner">The error of writing.</param>
    private KernelMagnifierException NoRoom(long written, IOException? inner)
    {
        var needed = written > 0 ? written * 2 + JoiningSpace : TypicalMetadata;
        return new KernelMagnifierException(ErrorCode.DiskFull, Place.Directory,
            "the file system has no room for the symbols and event formats that every recording contains. With the space to "
                + $"complete the file they need {(written > 0 ? "" : "about ")}{Sizes.Format(needed)}, besides the space to keep "
                + "free.",
            "Free disk space, or choose another directory.", inner);
    }
}
