using System.Collections;
using System.Globalization;
using System.Numerics;

namespace KernelMagnifier.DuckDb;

/// <summary>The values of the parameters of a query. They are bound, never part of the text.</summary>
internal static class QueryParameters
{
    /// <summary>The value of a parameter as DuckDB takes it.</summary>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.QueryFailed"/>: there is none, or it has no
    /// such type.</exception>
    public static object? Value(string name, IReadOnlyDictionary<string, object?> values)
    {
        if (values.TryGetValue(name, out var value)) return Convert(name, value);
        throw new KernelMagnifierException(ErrorCode.QueryFailed, null, $"The parameter ${name} of the query has no value.",
            values.Count == 0 ? "Give the values of parameters by name."
                : $"Give its value. The values that are given: {string.Join(", ", values.Keys.Select(key => "$" + key))}.");
    }

    private static object? Convert(string name, object? value) => value switch
    {
        null or DBNull => null,
        string or bool or sbyte or byte or short or ushort or int or uint or long or ulong or float or double
            or decimal or BigInteger or Guid or TimeSpan or DateOnly or TimeOnly or byte[] => value,
        char symbol => symbol.ToString(),
        Enum one => one.ToString(),
        DateTimeOffset time => time.UtcDateTime,
        DateTime time => time.Kind == DateTimeKind.Local ? time.ToUniversalTime() : time,
        IDictionary => throw Refused(name, "a dictionary"),
        IEnumerable list => List(name, [.. list.Cast<object?>()]),
        _ => throw Refused(name, $"a value of the type {value.GetType()}"),
    };

    /// <summary>A list, whose elements have one type in DuckDB.</summary>
    private static object List(string name, List<object?> values)
    {
        if (values.TrueForAll(value => value is sbyte or byte or short or ushort or int or uint or long))
            return values.ConvertAll(value => System.Convert.ToInt64(value, CultureInfo.InvariantCulture));
        if (values.TrueForAll(value => value is sbyte or byte or short or ushort or int or uint or long or float or double
                or decimal))
            return values.ConvertAll(value => System.Convert.ToDouble(value, CultureInfo.InvariantCulture));
        if (values.TrueForAll(value => value is string or char or Enum)) return values.ConvertAll(value => value!.ToString()!);
        throw Refused(name, "a list of values that are not all numbers or all texts");
    }

    private static KernelMagnifierException Refused(string name, string what)
        => new(ErrorCode.QueryFailed, null, $"The parameter ${name} is {what}.",
            "Give a number, a text, a time, or a list of numbers or texts.");
}
