using System.IO.Compression;
using KernelMagnifier.Files;

namespace KernelMagnifier.Compression;

/// <summary>
/// The unpacked bytes of packed ones. Where the packed data are cut or damaged, all that can be unpacked is given first; then every
/// further read tells where and why they end, in words for the user.
/// </summary>
/// <remarks>
/// Of what .NET's gzip unpacks in one go, nothing is given when there is damage in it. So it gets packed bytes, and room for unpacked ones,
/// in small portions, and the same ones whatever the bytes come from and go to: damage costs half a KB of packed bytes at most, and
/// always the same.
/// </remarks>
internal sealed class DecompressedStream : ReadOnlyStream
{
    private readonly string _packing;
    private readonly PackedBytes _packed;
    private readonly Stream _unpacker;
    private readonly byte[]? _portion;
    private int _from, _to;
    private InvalidDataException? _damage;
    private bool _ended;
    private long _given;

    /// <summary>Unpacks.</summary>
    /// <param name="packed">The packed bytes; disposed with this.</param>
    /// <param name="packing"><c>gzip</c> or <c>zstd</c>.</param>
    public DecompressedStream(Stream packed, string packing)
    {
        (_packing, _packed) = (packing, new PackedBytes(packed, inPortions: packing != "zstd"));
        _portion = packing == "zstd" ? null : new byte[32 * 1024];
        _unpacker = packing == "zstd" ? new ZstdStream(_packed) : new GZipStream(_packed, CompressionMode.Decompress);
    }

    /// <summary>Packed bytes taken so far.</summary>
    public long PackedPosition => _packed.Taken;

    /// <exception cref="InvalidDataException">The packed data end here, too early; the message says where.</exception>
    public override int Read(Span<byte> buffer)
    {
        if (buffer.IsEmpty) return 0;
        if (_portion is null) return Unpack(buffer);
        if (_from == _to) (_from, _to) = (0, Unpack(_portion));
        var given = Math.Min(buffer.Length, _to - _from);
        _portion.AsSpan(_from, given).CopyTo(buffer);
        _from += given;
        return given;
    }

    private int Unpack(Span<byte> buffer)
    {
        if (_damage is not null) throw _damage;
        if (_ended) return 0;
        try
        {
            var n = _unpacker.Read(buffer);
            _given += n;
            if (n > 0) return n;
            _ended = true;
            if (_packing == "zstd" || IsWholeGzip()) return 0;
            throw _damage = Tell($"the {_packing} data are cut at byte {_packed.Taken}", null);
        }
        catch (EndOfStreamException error)
        {
            throw _damage = Tell($"the {_packing} data are cut at byte {_packed.Taken}", error);
        }
        catch (IOException error)
        {
            throw _damage = Tell(_packed.Failure is { } failure ? $"the file cannot be read at byte {_packed.Taken} ({failure.Message})" : $"the {_packing} data are damaged near byte {_packed.Taken} ({error.Message})", error);
        }
        catch (InvalidDataException error) when (_damage is null)
        {
            throw _damage = Tell($"the {_packing} data are damaged near byte {_packed.Taken} ({error.Message})", error);
        }
        finally
        {
            // Of a stream that passes by, nobody else does it: who gives it up may leave a thread that waits in it.
            if (_ended || _damage is not null) _unpacker.Dispose();
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) _unpacker.Dispose();
        base.Dispose(disposing);
    }

    private InvalidDataException Tell(string what, Exception? inner)
        => new($"{what}: {_given} bytes could be unpacked before, what stood behind is missing", inner);

    /// <summary>
    /// .NET's gzip takes the end of its input for the end of the data, wherever it comes. So when it says that all is out it is handed one
    /// more whole gzip file: only behind a whole one does that unpack to what was packed into it.
    /// </summary>
    private bool IsWholeGzip()
    {
        var mark = Guid.NewGuid().ToByteArray();
        using (var member = new MemoryStream())
        {
            using (var gzip = new GZipStream(member, CompressionLevel.Fastest, leaveOpen: true)) gzip.Write(mark);
            _packed.Append(member.ToArray());
        }
        try
        {
            var back = new byte[mark.Length + 1];
            return _unpacker.ReadAtLeast(back, back.Length, throwOnEndOfStream: false) == mark.Length && back.AsSpan(0, mark.Length).SequenceEqual(mark);
        }
        catch (Exception error) when (error is InvalidDataException or IOException)
        {
            return false;
        }
    }

    /// <summary>The packed bytes, counted; and something behind their end, when asked.</summary>
    private sealed class PackedBytes(Stream packed, bool inPortions) : ReadOnlyStream
    {
        private const int Portion = 512;

        private readonly byte[] _buffer = new byte[inPortions ? 64 * 1024 : 0];
        private int _from, _to;
        private ReadOnlyMemory<byte> _behind;
        private bool _ended;

        public long Taken { get; private set; }

        public IOException? Failure { get; private set; }

        public void Append(ReadOnlyMemory<byte> behind) => (_behind, _ended) = (behind, true);

        public override int Read(Span<byte> buffer)
        {
            int n;
            if (_ended)
            {
                n = Math.Min(buffer.Length, _behind.Length);
                _behind.Span[..n].CopyTo(buffer);
                _behind = _behind[n..];
                return n;
            }
            if (!inPortions)
            {
                n = ReadPacked(buffer);
            }
            else
            {
                n = Math.Min(buffer.Length, Portion - (int)(Taken % Portion));
                Fill(n);
                n = Math.Min(n, _to - _from);
                _buffer.AsSpan(_from, n).CopyTo(buffer);
                _from += n;
            }
            Taken += n;
            return n;
        }

        /// <summary>Sees to it that so many bytes are there, or all that there are.</summary>
        private void Fill(int length)
        {
            while (_to - _from < length)
            {
                if (_from > 0) _buffer.AsSpan(_from, _to - _from).CopyTo(_buffer);
                (_from, _to) = (0, _to - _from);
                // What came before a failure is given first; the next read fails again.
                if (Failure is not null && _to > 0) return;
                int n;
                try
                {
                    n = ReadPacked(_buffer.AsSpan(_to));
                }
                catch (IOException) when (_to > 0)
                {
                    return;
                }
                if (n == 0) return;
                _to += n;
            }
        }

        private int ReadPacked(Span<byte> buffer)
        {
            try
            {
                return packed.Read(buffer);
            }
            catch (IOException error)
            {
                Failure = error;
                throw;
            }
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing) packed.Dispose();
            base.Dispose(disposing);
        }
    }
}
