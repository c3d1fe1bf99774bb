using KernelMagnifier.Files;
using KernelMagnifier.Native;
using Microsoft.Win32.SafeHandles;

namespace KernelMagnifier.Compression;

/// <summary>
/// The decompressed bytes of a recording or symbol map: a file that can be read at any offset, or a stream that can be read once.
/// The compression (gzip, zstd) is detected from the first bytes, and what the text of a recording is wrapped in
/// (<see cref="InputLayers"/>) from the first decompressed bytes.
/// </summary>
internal sealed class InputFile : IDisposable
{
    private const int HeadSize = 64 * 1024, EnoughHead = 8 * 1024;
    private const int LongestWaitMilliseconds = 2000;

    // A page holds a viewer of a few MB before the trace, and a log the messages of a machine that ran for months.
    private const int FarthestFind = 32 << 20;

    private const int LongestLogPrefix = 200;

    private const int MostLayers = 4;

    // The writer of a symbol map is there already: a recording can begin later, a map does not.
    private static readonly TimeSpan WaitForMap = TimeSpan.FromSeconds(5);

    private readonly InputKind _kind;
    private readonly HeadTest? _isEnough;
    private readonly List<InputLayer> _layers = [];
    private string? _outerCompression;
    private SafeFileHandle? _file;
    private RewindableStream? _stream;
    private byte[] _head = [];

    private InputFile(string name, InputKind kind, HeadTest? isEnough)
        => (Name, _kind, _isEnough) = (name, kind, isEnough);

    /// <summary>The path as the user gave it, or <c>-</c> for standard input.</summary>
    public string Name { get; }

    /// <summary>The compression, <c>gzip</c>, <c>zlib</c> or <c>zstd</c>; null if the bytes are not compressed.</summary>
    public string? Compression => _outerCompression ?? _layers.Find(l => l.Compression is not null)?.Compression;

    /// <summary>The error of <see cref="InputLayer"/> if the text is no trace; null for none.</summary>
    public string? NoTrace => _layers.FindLast(l => l.NoTrace is not null)?.NoTrace;

    /// <summary>
    /// The first decompressed bytes, at most 64 KB; the bytes from the start of the trace on after <see cref="TryMoveHead"/>.
    /// </summary>
    public ReadOnlySpan<byte> Head => _head;

    /// <summary>The damage that ends the <see cref="Head"/>; null if there is none.</summary>
    public string? HeadDamage { get; private set; }

    /// <summary>
    /// The damage that ends the bytes that <see cref="KeepForRereading"/> or <see cref="OpenFile"/> copied; null if there is
    /// none.
    /// </summary>
    public string? Damage { get; private set; }

    /// <summary>Whether the input is a plain file that can be read at any offset.</summary>
    public bool IsFile => _file is not null && _outerCompression is null && _layers.Count == 0;

    /// <summary>The file itself, which an output must not replace; null for a stream or a device.</summary>
    public FileIdentity? Identity { get; private set; }

    /// <summary>The bytes of the file on disk, compressed; 0 if not known.</summary>
    private long FileLength { get; set; }

    /// <summary>Opens a file, or standard input for <c>-</c>.</summary>
    /// <param name="path">The file.</param>
    /// <param name="kind">The kind of file, for its errors.</param>
    /// <param name="isEnough">
    /// For text that grows: whether bytes are enough to detect the format, so that nothing waits for more. Null for other input.
    /// </param>
    /// <param name="cancel">Ends the waiting for the writer of a FIFO, also while the input is read later.</param>
    /// <exception cref="KernelMagnifierException">The file cannot be opened or read.</exception>
    public static InputFile Open(
        string path, InputKind kind, HeadTest? isEnough = null, CancellationToken cancel = default)
    {
        if (path == "-")
        {
            var standard = Open(StandardInput.Open(), "-", kind, isEnough);
            standard.Identity = InputIdentity.Of(0);
            return standard;
        }
        if (path.Length == 0)
            throw new KernelMagnifierException(ErrorCode.BadRequest, null, $"The path of a {kind.Name} is empty.",
                $"Name an existing {kind.Name}.");
        var input = new InputFile(path, kind, isEnough);
        try
        {
            if (Directory.Exists(path))
                throw new KernelMagnifierException(kind.Unreadable, path, "this is a directory.", $"Name a {kind.Name} in it.");
            input._file = InputHandle.Open(path);
            var number = (int)input._file.DangerousGetHandle();
            input.Identity = InputIdentity.Of(number);
            // A pipe or a device can only be read once.
            if (FileCalls.Seek(number, 0, FileCalls.FromCurrent) < 0)
            {
                var pipe = new PipeStream(input._file, cancel);
                (input._stream, input._file) = (new RewindableStream(pipe), null);
                if (kind == InputKind.SymbolMap && Ownership.Of(number) is { IsFifo: true } && !pipe.WaitForWriter(WaitForMap))
                    throw new KernelMagnifierException(kind.Unreadable, path,
                        $"this is a FIFO, and no program writes to it.", $"Start the program that writes the {kind.Name}.");
            }
            input.Start();
            return input;
        }
        catch (Exception error)
        {
            input.Dispose();
            if (error is IOException or UnauthorizedAccessException) throw CannotOpen(path, kind, error);
            throw;
        }
    }

    /// <summary>Opens a stream. The stream is read to its end and left open.</summary>
    /// <exception cref="KernelMagnifierException">The stream cannot be read.</exception>
    public static InputFile Open(Stream stream, string name, InputKind kind, HeadTest? isEnough = null)
    {
        var input = new InputFile(name, kind, isEnough) { _stream = new RewindableStream(stream) };
        try
        {
            input.Start();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            var thing = name == "-" ? "standard input" : $"the {kind.Name}";
            var cause = error is UnauthorizedAccessException ? "it is closed" : error.Message.TrimEnd('.');
            throw new KernelMagnifierException(kind.Unreadable, name,
                $"{thing} cannot be read: {cause}.", "Give a file or a pipe that is open for reading.", error);
        }
        return input;
    }

    /// <summary>
    /// Opens the decompressed bytes from the start. A stream can be opened once, unless <see cref="KeepForRereading"/> was
    /// called.
    /// </summary>
    public Stream OpenStream()
    {
        if (_file is not null)
            return _layers.Aggregate(Decompress(new RandomAccessStream(_file, FileLength)), (inner, layer) => layer.Open(inner));
        var stream = _stream ?? throw new InvalidOperationException("The stream was read already.");
        _stream = null;
        return stream;
    }

    /// <summary>
    /// Opens a plain file of the decompressed bytes. Compressed bytes and streams are copied to an unlinked temporary file first.
    /// </summary>
    /// <exception cref="KernelMagnifierException">The temporary file cannot be written.</exception>
    public (SafeFileHandle File, long Length) OpenFile(CancellationToken cancel = default)
    {
        if (!IsFile) Spool(cancel);
        return (_file!, RandomAccess.GetLength(_file!));
    }

    /// <summary>Makes it possible to read the input more than once. A stream is copied to an unlinked temporary file.</summary>
    /// <exception cref="KernelMagnifierException">The temporary file cannot be written.</exception>
    public void KeepForRereading(CancellationToken cancel = default)
    {
        if (_file is null) Spool(cancel);
    }

    /// <summary>Opens the decompressed bytes as blocks of whole lines, from the start.</summary>
    /// <param name="size">Size of a block of a plain file. Those of other inputs have the usual size.</param>
    public LineBlocks OpenLines(int size = LineBlocks.Size)
        => IsFile ? new FileLineBlocks(_file!, FileLength, size)
            : new StreamLineBlocks(OpenStream(), FileLength, grows: _isEnough is not null && FileLength == 0);

    /// <inheritdoc/>
    public void Dispose()
    {
        _file?.Dispose();
        _stream?.Dispose();
    }

    private static KernelMagnifierException CannotOpen(string path, InputKind kind, Exception error) => error switch
    {
        FileNotFoundException or DirectoryNotFoundException
            => new KernelMagnifierException(kind.NotFound, path, "there is no such file.",
                NearbyFiles.Before(path, $"Name an existing {kind.Name}."), error),
        UnauthorizedAccessException => new KernelMagnifierException(kind.NotPermitted, path,
            "the permissions of the file do not allow it to be read.", "Read it as its owner, or change them with chmod.", error),
        _ => new KernelMagnifierException(kind.Unreadable, path,
            $"the file cannot be read: {error.Message.TrimEnd('.')}.",
            "If its disk is failing, copy what can be read of it first (ddrescue).", error),
    };

    /// <summary>Finds a text in the first decompressed bytes, at most 32 MB; -1 if it is not there.</summary>
    internal long Find(ReadOnlySpan<byte> text)
    {
        var found = _head.AsSpan().IndexOf(text);
        // The head is shorter than its buffer if it holds everything.
        if (found >= 0 || _head.Length < HeadSize) return found;
        using var peek = Peek();
        return StreamSearch.IndexOf(peek, text, FarthestFind);
    }

    /// <summary>
    /// Moves <see cref="Head"/> to the place where a trace begins after other text; false if there is none. For an input that
    /// no reader recognizes by its first bytes.
    /// </summary>
    internal bool TryMoveHead()
    {
        if (_kind != InputKind.Recording) return false;
        var (header, dump) = (Find("\n# tracer: "u8), Find(KernelLogText.Mark));
        if (header < 0 && dump < 0) return false;
        if (header >= 0 && (dump < 0 || header < dump))
        {
            ReadHead(header + 1);
            return true;
        }
        // The log's own prefix is between the start of the line and the text.
        var before = (int)Math.Min(dump, LongestLogPrefix);
        ReadHead(dump - before);
        var line = _head.AsSpan(0, Math.Min(before, _head.Length));
        if (InputLayers.OfDump(line[(line.LastIndexOf((byte)'\n') + 1)..]) is { } layer) Add(layer);
        return true;
    }

    /// <summary>Reads the first bytes, detects the compression and the layers, and keeps the head.</summary>
    private void Start()
    {
        var magic = new byte[4];
        if (_file is not null)
        {
            FileLength = RandomAccess.GetLength(_file);
            _outerCompression = CompressionOf(magic.AsSpan(0, RandomAccess.Read(_file, magic, 0)));
        }
        else
        {
            var read = _stream!.Peek().ReadAtLeast(magic, magic.Length, throwOnEndOfStream: false);
            _outerCompression = CompressionOf(magic.AsSpan(0, read));
            if (_outerCompression is not null) _stream = new RewindableStream(Decompress(_stream));
        }
        ReadHead();
        if (_kind != InputKind.Recording) return;
        while (_layers.Count < MostLayers && InputLayers.Of(this) is { } layer) Add(layer);
    }

    private void Add(InputLayer layer)
    {
        _layers.Add(layer);
        if (_stream is not null) _stream = new RewindableStream(layer.Open(_stream));
        ReadHead();
    }

    /// <summary>Opens the decompressed bytes without consuming them.</summary>
    private Stream Peek() => _file is not null ? OpenStream() : _stream!.Peek();

    private void ReadHead(long start = 0)
    {
        var (head, filled) = (new byte[HeadSize], 0);
        HeadDamage = null;
        try
        {
            using var peek = Peek();
            StreamSearch.Skip(peek, start);
            var began = Environment.TickCount64;
            for (int n; filled < head.Length && (n = peek.Read(head.AsSpan(filled))) > 0;)
            {
                filled += n;
                if (_file is null && _isEnough?.Invoke(head.AsSpan(0, filled)) == true) break;
                // A live trace can take minutes for the whole head, and a part of it is enough to detect the format.
                if (_file is null && filled >= EnoughHead && Environment.TickCount64 - began >= LongestWaitMilliseconds) break;
            }
        }
        catch (InvalidDataException error) when (filled == 0)
        {
            throw new KernelMagnifierException(_kind.Unreadable, Name, $"{error.Message}.",
                $"Copy the {_kind.Name} again from where it was made, and compare the sizes.", error);
        }
        catch (Exception error) when (error is InvalidDataException || (error is IOException && filled > 0))
        {
            // The bytes before the damage can be a recording. The next read reports the damage again.
            HeadDamage = error.Message;
        }
        _head = head[..filled];
    }

    private static string? CompressionOf(ReadOnlySpan<byte> magic)
        => magic.StartsWith((ReadOnlySpan<byte>)[0x28, 0xB5, 0x2F, 0xFD]) ? "zstd"
        : magic.StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B]) ? "gzip"
        : null;

    private Stream Decompress(Stream stream)
        => _outerCompression is null ? stream : new DecompressedStream(stream, _outerCompression);

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
            // An unlinked file disappears with the process, even if the process is killed.
            File.Delete(path);
            var buffer = new byte[1 << 20];
            for (int n; (n = ReadForSpool(from, buffer, file.Length)) > 0;)
            {
                cancel.ThrowIfCancellationRequested();
                file.Write(buffer.AsSpan(0, n));
            }
            _file?.Dispose();
            _file = file.SafeFileHandle;
            _outerCompression = null;
            _layers.Clear();
            FileLength = RandomAccess.GetLength(_file);
        }
        // The last one is .NET's for EFBIG.
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException)
        {
            throw new KernelMagnifierException(ErrorCode.TemporaryFileNotWritten, Name,
                $"the decompressed {_kind.Name} does not fit into {directory} ({error.Message.TrimEnd('.')}).",
                "Set TMPDIR to a directory that can be written and has room.", error);
        }
    }

    /// <summary>Reads from the source. Damage ends the copy; the bytes before it are used.</summary>
    private int ReadForSpool(Stream from, byte[] buffer, long offset)
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
            Damage = $"the recording cannot be read after byte {offset} ({error.Message}); the rest is missing";
        }
        return 0;
    }
}
