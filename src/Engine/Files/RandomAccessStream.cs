using Microsoft.Win32.SafeHandles;

namespace KernelMagnifier.Files;

/// <summary>A stream over a file handle that it does not own. Each has its own position, so several can read one file.</summary>
internal sealed class RandomAccessStream(SafeFileHandle file, long length) : ReadOnlyStream
{
    private long _at;

    public override int Read(Span<byte> buffer)
    {
        var n = RandomAccess.Read(file, buffer[..(int)Math.Min(buffer.Length, Math.Max(0, length - _at))], _at);
        _at += n;
        return n;
    }
}
