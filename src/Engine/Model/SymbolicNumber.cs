using System.Globalization;
using KernelMagnifier.Text;

namespace KernelMagnifier.Model;

/// <summary>
/// A number of a kernel event with the name that the event's <c>print fmt</c> gives it, such as 256 and <c>R+</c>. It equals both
/// the number and the name, is sorted by the number, and is shown as the name.
/// </summary>
public sealed class SymbolicNumber : IComparable, IConvertible, IEquatable<SymbolicNumber>, IFormattable
{
    private readonly Int128 _number;

    /// <summary>Creates a number with a name.</summary>
    /// <param name="number">An integer of at most 64 bits.</param>
    /// <param name="name">The name.</param>
    /// <exception cref="ArgumentException">The value is no such number.</exception>
    public SymbolicNumber(object number, string name)
    {
        ArgumentNullException.ThrowIfNull(number);
        ArgumentNullException.ThrowIfNull(name);
        if (!TryInteger(number, out _number)) throw new ArgumentException("The value is not an integer.", nameof(number));
        (Number, Name) = (number, name);
    }

    /// <summary>The number, as the record contains it.</summary>
    public object Number { get; }

    /// <summary>The name. Untrusted text.</summary>
    public string Name { get; }

    /// <summary>Whether a value is the same number, or the name.</summary>
    public override bool Equals(object? obj) => obj switch
    {
        SymbolicNumber other => Equals(other),
        string text => text == Name || (Int128.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture,
            out var number) && number == _number),
        null => false,
        _ => TryInteger(obj, out var integer) ? integer == _number : obj is double or float or decimal && CompareTo(obj) == 0,
    };

    /// <inheritdoc/>
    public bool Equals(SymbolicNumber? other) => other is not null && other._number == _number;

    /// <inheritdoc/>
    public override int GetHashCode() => _number.GetHashCode();

    /// <summary>Compares with another number, or with a text by the name.</summary>
    public int CompareTo(object? obj) => obj switch
    {
        null => 1,
        SymbolicNumber other => _number.CompareTo(other._number),
        string text => Equals(text) ? 0 : string.CompareOrdinal(Name, text),
        _ when TryInteger(obj, out var integer) => _number.CompareTo(integer),
        double or float or decimal => ((double)_number).CompareTo(Convert.ToDouble(obj, CultureInfo.InvariantCulture)),
        _ => throw new ArgumentException("The value is neither a number nor a text.", nameof(obj)),
    };

    /// <summary>The name.</summary>
    public override string ToString() => TerminalText.Escape(Name);

    /// <summary>The name; with a format, the number in this format.</summary>
    public string ToString(string? format, IFormatProvider? formatProvider)
        => string.IsNullOrEmpty(format) || format == "G" ? ToString() : ((IFormattable)Number).ToString(format, formatProvider);

    /// <inheritdoc/>
    public static bool operator ==(SymbolicNumber? left, SymbolicNumber? right) => Equals(left, right);

    /// <inheritdoc/>
    public static bool operator !=(SymbolicNumber? left, SymbolicNumber? right) => !Equals(left, right);

    /// <inheritdoc/>
    public static bool operator <(SymbolicNumber? left, SymbolicNumber? right) => Compare(left, right) < 0;

    /// <inheritdoc/>
    public static bool operator <=(SymbolicNumber? left, SymbolicNumber? right) => Compare(left, right) <= 0;

    /// <inheritdoc/>
    public static bool operator >(SymbolicNumber? left, SymbolicNumber? right) => Compare(left, right) > 0;

    /// <inheritdoc/>
    public static bool operator >=(SymbolicNumber? left, SymbolicNumber? right) => Compare(left, right) >= 0;

    TypeCode IConvertible.GetTypeCode() => TypeCode.Object;

    bool IConvertible.ToBoolean(IFormatProvider? provider) => _number != 0;

    byte IConvertible.ToByte(IFormatProvider? provider) => checked((byte)_number);

    char IConvertible.ToChar(IFormatProvider? provider) => throw new InvalidCastException();

    DateTime IConvertible.ToDateTime(IFormatProvider? provider) => throw new InvalidCastException();

    decimal IConvertible.ToDecimal(IFormatProvider? provider) => (decimal)_number;

    double IConvertible.ToDouble(IFormatProvider? provider) => (double)_number;

    short IConvertible.ToInt16(IFormatProvider? provider) => checked((short)_number);

    int IConvertible.ToInt32(IFormatProvider? provider) => checked((int)_number);

    long IConvertible.ToInt64(IFormatProvider? provider) => checked((long)_number);

    sbyte IConvertible.ToSByte(IFormatProvider? provider) => checked((sbyte)_number);

    float IConvertible.ToSingle(IFormatProvider? provider) => (float)_number;

    string IConvertible.ToString(IFormatProvider? provider) => ToString();

    object IConvertible.ToType(Type conversionType, IFormatProvider? provider)
        => conversionType == typeof(string) ? ToString() : Convert.ChangeType(Number, conversionType, provider);

    ushort IConvertible.ToUInt16(IFormatProvider? provider) => checked((ushort)_number);

    uint IConvertible.ToUInt32(IFormatProvider? provider) => checked((uint)_number);

    ulong IConvertible.ToUInt64(IFormatProvider? provider) => checked((ulong)_number);

    private static int Compare(SymbolicNumber? left, SymbolicNumber? right)
        => left is null ? (right is null ? 0 : -1) : left.CompareTo(right);

    private static bool TryInteger(object value, out Int128 number)
    {
        (var known, number) = value switch
        {
            int n => (true, n), long n => (true, n), uint n => (true, n), ulong n => (true, n), short n => (true, n),
            ushort n => (true, n), byte n => (true, n), sbyte n => (true, n), _ => (false, (Int128)0),
        };
        return known;
    }
}
