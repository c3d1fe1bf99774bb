using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace KernelMagnifier.Tables;

/// <summary>Keeps texts in blocks of memory that do not move. For one thread.</summary>
internal sealed class TextArena
{
    private const int BlockSize = 1 << 18;

    private readonly List<byte[]> _blocks = [];
    private int _block, _used;

    /// <summary>The bytes of all texts.</summary>
    public long Bytes { get; private set; }

    /// <summary>Keeps a text.</summary>
    public TextRef Add(ReadOnlySpan<byte> text)
    {
        var place = Place(text.Length);
        text.CopyTo(place);
        return Take(place, text.Length);
    }

    /// <summary>Keeps a text as UTF-8.</summary>
    public TextRef Add(string text)
    {
        var place = Place(Encoding.UTF8.GetMaxByteCount(text.Length) is var most && most <= BlockSize / 4
            ? most : Encoding.UTF8.GetByteCount(text));
        return Take(place, Encoding.UTF8.GetBytes(text, place));
    }

    /// <summary>Forgets all texts. The memory is kept for others.</summary>
    public void Clear()
    {
        // A large text had a block of its own.
        _blocks.RemoveAll(block => block.Length > BlockSize);
        (_block, _used, Bytes) = (0, 0, 0);
    }

    private Span<byte> Place(int length)
    {
        while (true)
        {
            if (_block == _blocks.Count)
                _blocks.Add(GC.AllocateUninitializedArray<byte>(Math.Max(BlockSize, length), pinned: true));
            // An empty text has an address, too.
            if (_blocks[_block].Length - _used >= Math.Max(length, 1)) return _blocks[_block].AsSpan(_used);
            _block++;
            _used = 0;
        }
    }

    private unsafe TextRef Take(Span<byte> place, int length)
    {
        _used += length;
        Bytes += length;
        return new TextRef((nint)Unsafe.AsPointer(ref MemoryMarshal.GetReference(place)), length);
    }
}
