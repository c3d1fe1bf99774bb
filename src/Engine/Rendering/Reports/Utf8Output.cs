using System.Buffers.Text;
using System.Text;
using System.Text.Encodings.Web;

namespace KernelMagnifier.Rendering.Reports;

/// <summary>Collects UTF-8 in a buffer and writes it to a stream.</summary>
internal sealed class Utf8Output(Stream output)
{
    private const int BufferSize = 1 << 18;

    private byte[] _buffer = new byte[BufferSize];
    private int _at;

    /// <summary>Adds bytes.</summary>
    public void Put(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Room(bytes.Length));
        _at += bytes.Length;
    }

    /// <summary>Adds a text as it is.</summary>
    public void Put(string text)
    {
        var length = Encoding.UTF8.GetBytes(text, Room(text.Length * 3));
        _at += length;
    }

    /// <summary>Adds a number.</summary>
    public void Put(long number)
    {
        Utf8Formatter.TryFormat(number, Room(24), out var length);
        _at += length;
    }

    /// <summary>Adds an unsigned number.</summary>
    public void Put(ulong number)
    {
        Utf8Formatter.TryFormat(number, Room(24), out var length);
        _at += length;
    }

    /// <summary>Adds a fraction of three, six or nine digits, with its zeros.</summary>
    public void PutDigits(long number, int digits)
    {
        var to = Room(digits);
        for (var i = digits - 1; i >= 0; i--, number /= 10) to[i] = (byte)('0' + (number % 10));
        _at += digits;
    }

    /// <summary>Adds a JSON string, or null.</summary>
    public void PutJson(string? text)
    {
        if (text is null)
        {
            Put("null"u8);
            return;
        }
        Put("\""u8);
        Put(JavaScriptEncoder.Default.Encode(text));
        Put("\""u8);
    }

    /// <summary>Writes what is collected.</summary>
    public void Flush()
    {
        if (_at > 0) output.Write(_buffer, 0, _at);
        _at = 0;
        output.Flush();
    }

    private Span<byte> Room(int needed)
    {
        if (_buffer.Length - _at < needed)
        {
            output.Write(_buffer, 0, _at);
            _at = 0;
            if (_buffer.Length < needed) _buffer = new byte[needed];
        }
        return _buffer.AsSpan(_at);
    }
}
