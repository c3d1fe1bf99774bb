using System.Globalization;
using KernelMagnifier.Text;

namespace KernelMagnifier.Cli.CommandLine;

/// <summary>The parsed arguments of a command: its options with their values, and its operands.</summary>
internal sealed class Arguments
{
    private readonly Dictionary<CliOption, List<string>> _values = [];

    private Arguments() { }

    /// <summary>The arguments that are not options, in order.</summary>
    public List<string> Operands { get; } = [];

    /// <summary>The arguments after <c>--</c>, for commands that run another command; null if there is no <c>--</c>.</summary>
    public List<string>? AfterDashes { get; private set; }

    /// <summary>
    /// Parses <c>--name value</c>, <c>--name=value</c>, <c>-n value</c> and <c>-nvalue</c>; <c>--</c> ends the options.
    /// </summary>
    /// <exception cref="CliException">An option is unknown, or its value is missing, not allowed or not one of its
    /// choices.</exception>
    public static Arguments Parse(IReadOnlyList<CliOption> options, ReadOnlySpan<string> args)
    {
        var parsed = new Arguments();
        for (var i = 0; i < args.Length; i++)
        {
            var arg = args[i];
            if (arg == "--")
            {
                parsed.AfterDashes = [.. args[(i + 1)..]];
                break;
            }
            if (arg.Length < 2 || arg[0] != '-')
            {
                parsed.Operands.Add(arg);
                continue;
            }
            var (option, value) = ParseOption(options, arg);
            if (option.Value is null)
            {
                if (value is not null)
                    throw CliException.Usage($"{option} takes no value, but was given '{value}'. Omit the value.");
                parsed._values[option] = [""];
                continue;
            }
            // A value can begin with a dash (-1, a name), unless it is an option of the command.
            if (value is null && (i + 1 >= args.Length || IsOption(options, args[i + 1])))
                throw CliException.Usage($"{option} needs a value: {option} {option.Value}");
            parsed.AddValue(option, value ?? args[++i]);
        }
        return parsed;
    }

    /// <summary>Finds the option of an argument, and the value if the argument contains it.</summary>
    private static (CliOption Option, string? Value) ParseOption(IReadOnlyList<CliOption> options, string arg)
    {
        if (!arg.StartsWith("--", StringComparison.Ordinal))
        {
            var letter = options.FirstOrDefault(o => o.Short != 0 && o.Short == arg[1]) ?? throw Unknown(arg, options);
            return (letter, arg.Length == 2 ? null : arg[2] == '=' ? arg[3..] : arg[2..]);
        }
        var equals = arg.IndexOf('=', StringComparison.Ordinal);
        var name = equals < 0 ? arg[2..] : arg[2..equals];
        var option = options.FirstOrDefault(o => o.Name == name) ?? throw Unknown($"--{name}", options);
        return (option, equals < 0 ? null : arg[(equals + 1)..]);
    }

    private void AddValue(CliOption option, string value)
    {
        // An empty list counts as given, so that a command can refuse it: an empty filter would show everything.
        if (!_values.TryGetValue(option, out var values)) _values.Add(option, values = []);
        if (option.IsFile && value.Length == 0)
            throw CliException.Usage($"{option} was given an empty path. Give it a value, or omit it.");
        const StringSplitOptions WithoutBlanks = StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries;
        foreach (var element in option.IsList ? value.Split(',', WithoutBlanks) : [value])
        {
            var choice = option.Choices.FirstOrDefault(c => c.Equals(element, StringComparison.OrdinalIgnoreCase));
            if (option.Choices.Count > 0 && choice is null)
                throw CliException.Usage(
                    $"{option} does not accept '{element}'. Use one of: {string.Join(", ", option.Choices)}.");
            values.Add(choice ?? element);
        }
    }

    /// <summary>Whether the option was given.</summary>
    public bool Has(CliOption option) => _values.ContainsKey(option);

    /// <summary>Returns the last value given; the default if none was given, or null if there is no default.</summary>
    public string? Text(CliOption option)
        => !_values.TryGetValue(option, out var values) ? option.Default : values.Count > 0 ? values[^1] : "";

    /// <summary>Returns all values given.</summary>
    public IReadOnlyList<string> List(CliOption option)
        => _values.TryGetValue(option, out var values) ? values : [];

    /// <summary>Returns the value as a whole number; null if there is none.</summary>
    public long? Integer(CliOption option, long least = 0, long most = long.MaxValue)
        => Text(option) is { } text ? ToInteger(option, text, least, most) : null;

    /// <summary>Returns the value as a number; null if there is none.</summary>
    public double? Number(CliOption option, double least = double.MinValue, double most = double.MaxValue)
    {
        if (Text(option) is not { } text) return null;
        const NumberStyles Styles = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint;
        if (double.TryParse(text, Styles, CultureInfo.InvariantCulture, out var number) && number >= least
            && number <= most) return number;
        var range = (least == double.MinValue ? "" : string.Create(CultureInfo.InvariantCulture, $" of at least {least}"))
            + (most == double.MaxValue ? "" : string.Create(CultureInfo.InvariantCulture, $" and at most {most}"));
        throw CliException.Usage($"{option} takes a number{range}, not '{text}'.");
    }

    /// <summary>Returns the values as whole numbers, with ranges expanded: <c>0-3,5</c>.</summary>
    public IReadOnlyList<int> Integers(CliOption option, int least = 0, int most = int.MaxValue)
    {
        if (List(option) is not { Count: > 0 } elements) return [];
        var text = string.Join(',', elements);
        return NumberRanges.TryParse(text, least, most, out var numbers)
            ? numbers
            : throw CliException.Usage($"{option} takes whole numbers {RangeOf(least, most)} and ranges such as 0-3, not '{text}'.");
    }

    /// <summary>
    /// Returns the value as a number of bytes: <c>500</c>, <c>64K</c>, <c>64KB</c>, <c>10M</c>, <c>2GB</c>, powers of 1024.
    /// </summary>
    public long? Bytes(CliOption option)
    {
        if (Text(option) is not { } text) return null;
        return Sizes.TryParse(text, out var bytes) ? bytes
            : throw CliException.Usage($"{option} takes a size such as 64MB or 2G, not '{text}'.");
    }

    private static long ToInteger(CliOption option, string text, long least, long most)
        => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            && number >= least && number <= most ? number
            : throw CliException.Usage($"{option} takes a whole number {RangeOf(least, most)}, not '{text}'.");

    private static string RangeOf(long least, long most) => most is int.MaxValue or long.MaxValue
        ? string.Create(CultureInfo.InvariantCulture, $"of at least {least}")
        : string.Create(CultureInfo.InvariantCulture, $"from {least} to {most}");

    private static bool IsOption(IReadOnlyList<CliOption> options, string arg)
        => arg == "--"
        || (arg.StartsWith("--", StringComparison.Ordinal)
            ? options.Any(o => arg[2..].Split('=')[0] == o.Name)
            : arg.Length == 2 && arg[0] == '-' && options.Any(o => o.Short == arg[1] && o.Short != 0));

    private static CliException Unknown(string option, IReadOnlyList<CliOption> options)
    {
        var close = Suggestion.For(option.TrimStart('-'), options.Where(o => !o.IsHidden).Select(o => o.Name));
        return CliException.Usage($"unknown option {option}.{(close.Count == 0 ? "" : $" Did you mean --{close[0]}?")}");
    }
}
