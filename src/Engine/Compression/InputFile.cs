using KernelMagnifier.Files;
using Microsoft.Win32.SafeHandles;

namespace KernelMagnifier.Compression;

/// <summary>
/// The bytes of one recording, unpacked: a file that can be read at any place, or a stream that passes by once.
/// What packing it has (gzip, zstd) its first bytes tell, never its name.
/// </summary>
internal sealed class InputFile : IDisposable
{
    private const int HeadSize = 64 * 1024;

    private readonly InputKind _kind;
    private SafeFileHandle? _file;
    private Stream? _passing;
    private byte[] _head = [];

    private InputFile(string name, InputKind kind) => (Name, _kind) = (name, kind);

    /// <summary>The file as the user named it, or <c>-</c>.</summary>
    public string Name { get; }

    /// <summary><c>gzip</c>, <c>zstd</c>, or null when the bytes are as they are.</summary>
    public string? Compression { get; private set; }

    /// <summary>The first bytes, unpacked; at most 64 KB.</summary>
    public ReadOnlySpan<byte> Head => _head;

    /// <summary>Why there is no more of the <see cref="Head"/>; null when nothing is wrong with it.</summary>
    public string? HeadDamage { get; private set; }

    /// <summary>Bytes of the file as it lies on disk; 0 when not known.</summary>
    public long PackedLength { get; private set; }

    /// <summary>Whether the recording is a plain file that can be read at any place.</summary>
    public bool IsFile => _file is not null && Compression is null;

    /// <summary>Opens a file, or standard input for <c>-</c>.</summary>
    public static InputFile Open(string path, InputKind kind)
    {
        if (path == "-") return Open(StandardInput.Open(), "-", kind);
        var input = new InputFile(path, kind);
        try
        {
            if (Directory.Exists(path)) throw new KernelMagnifierException(kind.Unreadable, path, "this is a directory.", $"Name a {kind.Name} in it.");
            input._file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var whole = new FileStream(input._file, FileAccess.Read, 0);
            if (!whole.CanSeek)
            {
                // A pipe or a device: it passes by once.
                (input._passing, input._file) = (whole, null);
            }
            input.Start();
            return input;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            input.Dispose();
            throw error switch
            {
                FileNotFoundException or DirectoryNotFoundException => new KernelMagnifierException(kind.NotFound, path, "there is no such file.", null, error),
                UnauthorizedAccessException => new KernelMagnifierException(kind.NotPermitted, path,
                    "the permissions of the file do not allow it to be read.", "Read it as its owner, or change them with chmod.", error),
                _ => new KernelMagnifierException(kind.Unreadable, path,
                    $"the file cannot be read: {error.Message.TrimEnd('.')}.", "If its disk is failing, copy what can be read of it first (ddrescue).", error),
            };
        }
        catch
        {
            input.Dispose();
            throw;
        }
    }

    /// <summary>Takes a stream that is read to its end and left open.</summary>
    public static InputFile Open(Stream stream, string name, InputKind kind)
    {
        var input = new InputFile(name, kind) { _passing = stream };
        try
        {
            input.Start();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new KernelMagnifierException(kind.Unreadable, name,
                $"{(name == "-" ? "standard input" : $"the {kind.Name}")} cannot be read: {(error is UnauthorizedAccessException ? "it is closed" : error.Message.TrimEnd('.'))}.",
                "Give a file or a pipe that is open for reading.", error);
        }
        return input;
    }

    /// <summary>The unpacked bytes from the start. A passing stream gives them once, unless <see cref="KeepForRereading"/> was called.</summary>
    public Stream OpenStream()
    {
        if (_file is null)
        {
            var passing = _passing ?? throw new InvalidOperationException("The stream has passed by already.");
            _passing = null;
            return passing;
        }
        return Unpack(new RandomAccessStream(_file, PackedLength));
    }

    /// <summary>A plain file of the unpacked bytes. What is packed or passes by is written to a nameless temporary file first.</summary>
    public (SafeFileHandle File, long Length) OpenFile(CancellationToken cancel = default)
    {
        if (!IsFile) Spool(cancel);
        return (_file!, RandomAccess.GetLength(_file!));
    }

    /// <summary>Sees to it that the recording can be read more than once.</summary>
    public void KeepForRereading(CancellationToken cancel = default)
    {
        if (_file is null) Spool(cancel);
    }

    /// <summary>Blocks of whole lines of the unpacked bytes, from the start.</summary>
    public LineBlocks OpenLines() => IsFile ? new FileLineBlocks(_file!, PackedLength) : new StreamLineBlocks(OpenStream(), PackedLength);

    /// <inheritdoc/>
    public void Dispose()
    {
        _file?.Dispose();
        _passing?.Dispose();
    }

    /// <summary>Looks at the first bytes, finds the packing, and keeps the unpacked head.</summary>
    private void Start()
    {
        if (_file is not null)
        {
            PackedLength = RandomAccess.GetLength(_file);
            var magic = new byte[4];
            Compression = CompressionOf(magic.AsSpan(0, RandomAccess.Read(_file, magic, 0)));
            using var stream = OpenStream();
            _head = ReadHead(stream);
            return;
        }
        var start = new byte[4];
        var read = _passing!.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        Compression = CompressionOf(start.AsSpan(0, read));
        var whole = Unpack(new PrefixedStream(start.AsMemory(0, read), _passing));
        _head = ReadHead(whole);
        _passing = new PrefixedStream(_head, whole);
    }

    private byte[] ReadHead(Stream stream)
    {
        var (head, filled) = (new byte[HeadSize], 0);
        try
        {
            for (int n; filled < head.Length && (n = stream.Read(head.AsSpan(filled))) > 0;) filled += n;
        }
        catch (InvalidDataException error) when (filled == 0)
        {
            throw new KernelMagnifierException(_kind.Unreadable, Name, $"{error.Message}.", null, error);
        }
        catch (Exception error) when (error is InvalidDataException || (error is IOException && filled > 0))
        {
            // What comes before the damage may be a recording; whoever reads on is told.
            HeadDamage = error.Message;
        }
        return head[..filled];
    }

    private static string? CompressionOf(ReadOnlySpan<byte> magic)
        => magic.StartsWith((ReadOnlySpan<byte>)[0x28, 0xB5, 0x2F, 0xFD]) ? "zstd"
        : magic.StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B]) ? "gzip"
        : null;

    private Stream Unpack(Stream packed) => Compression is null ? packed : new DecompressedStream(packed, Compression);

    private void Spool(CancellationToken cancel)
    {
        var directory = Path.GetTempPath();
        using var from = OpenStream();
        try
        {
            var path = Path.Combine(directory, $"kernel-magnifier-{Path.GetRandomFileName()}");
            var file = new FileStream(path, new FileStreamOptions
            {
                Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Share = FileShare.ReadWrite | FileShare.Delete,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite, BufferSize = 0,
            });
            // Nameless from the start: nothing is left behind, whatever ends this process.
            File.Delete(path);
            var buffer = new byte[1 << 20];
            for (int n; (n = ReadSpooled(from, buffer, file.Length)) > 0;)
            {
                cancel.ThrowIfCancellationRequested();
                file.Write(buffer.AsSpan(0, n));
            }
            _file?.Dispose();
            _file = file.SafeFileHandle;
            Compression = null;
            PackedLength = RandomAccess.GetLength(_file);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new KernelMagnifierException(ErrorCode.TemporaryFileNotWritten, Name,
                $"the decompressed {_kind.Name} does not fit into {directory} ({error.Message.TrimEnd('.')}).",
                "Set TMPDIR to a directory that can be written and has room.", error);
        }
    }

    /// <summary>Damaged packing, or a pipe that breaks: what came before is still a recording, cut there.</summary>
    private int ReadSpooled(Stream from, byte[] buffer, long before)
    {
        try
        {
            return from.Read(buffer);
        }
        catch (InvalidDataException error)
        {
            Damage = error.Message;
        }
        catch (IOException error)
        {
            Damage = $"the recording cannot be read behind byte {before} ({error.Message}): what stands there is missing";
        }
        return 0;
    }

    /// <summary>Where and why what was read ends too early; null when it does not, as far as is known.</summary>
    public string? Damage { get; private set; }
}
