using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace KernelMagnifier.Model;

/// <summary>
/// Reads one field of the records of one <see cref="EventSchema"/>. A number at a fixed position of a binary record is read in
/// place; everything else is left to the schema.
/// </summary>
internal readonly struct FieldReader
{
    /// <summary>The length of a task name in bytes, with its null byte (<c>TASK_COMM_LEN</c>).</summary>
    public const int NameLength = 16;

    private readonly EventSchema? _schema;
    private readonly int _field, _offset;
    private readonly byte _size;
    private readonly bool _isSigned, _isBigEndian, _isName;

    /// <summary>Creates the reader of a field that the schema decodes.</summary>
    public FieldReader(EventSchema schema, int field) => (_schema, _field) = (schema, field);

    /// <summary>Creates the reader of a number at a fixed position.</summary>
    /// <param name="schema">The schema.</param>
    /// <param name="field">The index of the field in the schema.</param>
    /// <param name="offset">The offset in the record in bytes.</param>
    /// <param name="size">The size in bytes: 1, 2, 4 or 8.</param>
    /// <param name="isSigned">Whether the number is signed.</param>
    /// <param name="isBigEndian">Whether the most significant byte comes first.</param>
    public FieldReader(EventSchema schema, int field, int offset, int size, bool isSigned, bool isBigEndian)
        => (_schema, _field, _offset, _size, _isSigned, _isBigEndian) = (schema, field, offset, (byte)size, isSigned, isBigEndian);

    private FieldReader(EventSchema schema, int field, int offset) : this(schema, field)
        => (_offset, _isName) = (offset, true);

    /// <summary>Creates the reader of a task name: an array of <see cref="NameLength"/> characters at a fixed position.</summary>
    /// <param name="schema">The schema.</param>
    /// <param name="field">The index of the field in the schema.</param>
    /// <param name="offset">The offset in the record in bytes.</param>
    public static FieldReader OfName(EventSchema schema, int field, int offset) => new(schema, field, offset);

    /// <summary>Whether the event has the field.</summary>
    public bool Exists => _schema is not null;

    /// <summary>The number in a record; null if the record does not contain it or if it is no number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public long? Number(ReadOnlySpan<byte> body) => TryNumber(body, out var value) ? value : null;

    /// <summary>Reads the number in a record. An unsigned number of 64 bits keeps its bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryNumber(ReadOnlySpan<byte> body, out long value)
    {
        if (_size == 4 && !_isBigEndian && (uint)body.Length >= (uint)_offset + 4)
        {
            var number = BinaryPrimitives.ReadUInt32LittleEndian(body[_offset..]);
            value = _isSigned ? (int)number : number;
            return true;
        }
        return TryOther(body, out value);
    }

    /// <summary>The text in a record, without its null byte; empty if the record does not contain it.</summary>
    public ReadOnlySpan<byte> Text(ReadOnlySpan<byte> body)
        => _schema is not null && _schema.TryText(body, _field, out var text) ? text : default;

    /// <summary>Reads a task name, with what follows its null byte, as two numbers: equal numbers are equal names.</summary>
    /// <returns>False if the field is no task name at a fixed position.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryName(ReadOnlySpan<byte> body, out ulong first, out ulong second)
    {
        (first, second) = (0, 0);
        if (!_isName || (uint)body.Length < (uint)_offset + NameLength) return false;
        (first, second) = (MemoryMarshal.Read<ulong>(body[_offset..]), MemoryMarshal.Read<ulong>(body[(_offset + 8)..]));
        return true;
    }

    private bool TryOther(ReadOnlySpan<byte> body, out long value)
    {
        value = 0;
        if (_schema is null) return false;
        if (_size == 0) return _schema.TryNumber(body, _field, out value);
        if ((uint)body.Length < (uint)_offset + _size) return false;
        var at = body.Slice(_offset, _size);
        var number = _size switch
        {
            8 => _isBigEndian ? BinaryPrimitives.ReadUInt64BigEndian(at) : BinaryPrimitives.ReadUInt64LittleEndian(at),
            4 => _isBigEndian ? BinaryPrimitives.ReadUInt32BigEndian(at) : BinaryPrimitives.ReadUInt32LittleEndian(at),
            2 => _isBigEndian ? BinaryPrimitives.ReadUInt16BigEndian(at) : BinaryPrimitives.ReadUInt16LittleEndian(at),
            _ => at[0],
        };
        var unused = 64 - (8 * _size);
        value = _isSigned ? (long)(number << unused) >> unused : (long)number;
        return true;
    }
}
