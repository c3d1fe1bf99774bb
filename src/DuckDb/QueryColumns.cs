using System.Collections;
using System.Collections.Specialized;
using System.Numerics;
using System.Reflection;
using DuckDB.NET.Data;

namespace KernelMagnifier.DuckDb;

/// <summary>Reads the values of a result as .NET values that need nothing of DuckDB.</summary>
internal sealed class QueryColumns
{
    private static readonly MethodInfo GetTyped = typeof(DuckDBDataReader).GetMethods()
        .First(method => method is { Name: nameof(DuckDBDataReader.GetFieldValue), IsGenericMethodDefinition: true });

    private readonly DuckDBDataReader _reader;
    private readonly Func<object?>[] _read;

    /// <summary>Prepares to read.</summary>
    public QueryColumns(DuckDBDataReader reader)
    {
        _reader = reader;
        Names = UniqueNames(Enumerable.Range(0, reader.FieldCount).Select(reader.GetName));
        _read = [.. Enumerable.Range(0, reader.FieldCount).Select(Reading)];
    }

    /// <summary>The names of the columns: none is empty, and none equals another in any case. Untrusted text.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>The values of the current row.</summary>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.QueryFailed"/>: a value that .NET has no
    /// type for.</exception>
    public object?[] Read()
    {
        var row = new object?[_read.Length];
        for (var column = 0; column < row.Length; column++)
        {
            try
            {
                row[column] = _reader.IsDBNull(column) ? null : Converted(_read[column]());
            }
            catch (Exception error) when (error is ArgumentException or InvalidCastException or InvalidOperationException
                or NotImplementedException or OverflowException or TargetInvocationException)
            {
                throw new KernelMagnifierException(ErrorCode.QueryFailed, null,
                    $"A value of the column {Names[column]} has no counterpart outside DuckDB.",
                    "Convert it in the query: CAST(… AS VARCHAR).", error);
            }
        }
        return row;
    }

    /// <summary>How a column is read. Lists are read as lists of values that can be null, which is not what they are by
    /// default.</summary>
    private Func<object?> Reading(int column)
    {
        Type type;
        try
        {
            type = _reader.GetFieldType(column);
        }
        catch (ArgumentException)
        {
            // A type that the library does not know, such as UNION: an error if there is a value.
            return () => _reader.GetValue(column);
        }
        if (WithNulls(type) is var nullable && nullable == type) return () => _reader.GetValue(column);
        var read = GetTyped.MakeGenericMethod(nullable);
        return () => read.Invoke(_reader, [column]);
    }

    private static Type WithNulls(Type type)
    {
        if (!type.IsGenericType || type.GetGenericTypeDefinition() != typeof(List<>)) return type;
        var element = WithNulls(type.GetGenericArguments()[0]);
        return typeof(List<>).MakeGenericType(
            element.IsValueType && Nullable.GetUnderlyingType(element) is null
                ? typeof(Nullable<>).MakeGenericType(element) : element);
    }

    private static object? Converted(object? value)
    {
        switch (value)
        {
            case null or DBNull: return null;
            case string: return value;
            case DateTime time: return new DateTimeOffset(DateTime.SpecifyKind(time, DateTimeKind.Utc));
            case BigInteger number: return number >= long.MinValue && number <= long.MaxValue ? (object)(long)number : number;
            case Stream stream: return Bytes(stream);
            case Dictionary<string, object?> fields:
                return new QueryStruct([.. fields.Select(field => KeyValuePair.Create(field.Key, Converted(field.Value)))]);
            case IDictionary map: return Map(map);
            case byte[]: return value;
            case IList list: return list.Cast<object?>().Select(Converted).ToArray();
            default: return value;
        }
    }

    private static OrderedDictionary Map(IDictionary map)
    {
        var copy = new OrderedDictionary();
        foreach (DictionaryEntry entry in map) copy.Add(Converted(entry.Key)!, Converted(entry.Value));
        return copy;
    }

    private static byte[] Bytes(Stream stream)
    {
        using var source = stream;
        using var copy = new MemoryStream();
        source.CopyTo(copy);
        return copy.ToArray();
    }

    private static List<string> UniqueNames(IEnumerable<string> names)
    {
        var unique = new List<string>();
        var used = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var name in names)
        {
            var free = name.Length == 0 ? $"column{unique.Count}" : name;
            for (var n = 1; !used.Add(free); n++) free = $"{(name.Length == 0 ? "column" : name)}_{n}";
            unique.Add(free);
        }
        return unique;
    }
}
