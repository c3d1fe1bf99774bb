using System.Globalization;

namespace KernelMagnifier.Cli.CommandLine;

/// <summary>The arguments of one command, taken apart: options with their values, and the rest in order.</summary>
internal sealed class Arguments
{
    private readonly Dictionary<CliOption, List<string>> _values = [];

    private Arguments() { }

    /// <summary>What is no option, in order.</summary>
    public List<string> Operands { get; } = [];

    /// <summary>What follows a lone <c>--</c>, for commands that take another command with its own arguments. Null when there was no <c>--</c>.</summary>
    public List<string>? AfterDashes { get; private set; }

    /// <summary>
    /// Takes the arguments apart: <c>--name value</c>, <c>--name=value</c>, <c>-n value</c>, <c>-nvalue</c>; <c>--</c> ends the options.
    /// </summary>
    /// <exception cref="CliException">An option is not known, lacks its value, has one too many, or one that is none of its choices.</exception>
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
            string? value = null;
            CliOption? option;
            if (arg.StartsWith("--", StringComparison.Ordinal))
            {
                var equals = arg.IndexOf('=', StringComparison.Ordinal);
                var name = equals < 0 ? arg[2..] : arg[2..equals];
                option = options.FirstOrDefault(o => o.Name == name) ?? throw Unknown($"--{name}", options);
                if (equals >= 0) value = arg[(equals + 1)..];
            }
            else
            {
                option = options.FirstOrDefault(o => o.Short != 0 && o.Short == arg[1]) ?? throw Unknown(arg, options);
                if (arg.Length > 2) value = arg[2] == '=' ? arg[3..] : arg[2..];
            }
            if (option.Value is null)
            {
                if (value is not null) throw CliException.Usage($"{option} takes no value, but was given '{value}'.");
                parsed._values[option] = [""];
                continue;
            }
            if (value is null)
            {
                // A value may begin with a dash (-1, a name); what is an option of this command was not meant as one.
                if (i + 1 >= args.Length || IsOption(options, args[i + 1])) throw CliException.Usage($"{option} needs a value: {option} {option.Value}");
                value = args[++i];
            }
            // An empty list is still given: who filters by nothing is told so, rather than shown everything.
            if (!parsed._values.TryGetValue(option, out var values)) parsed._values.Add(option, values = []);
            foreach (var one in option.IsList ? value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) : [value])
            {
                var choice = option.Choices.FirstOrDefault(c => c.Equals(one, StringComparison.OrdinalIgnoreCase));
                if (option.Choices.Count > 0 && choice is null)
                    throw CliException.Usage($"{option} does not know '{one}'. It knows: {string.Join(", ", option.Choices)}.");
                values.Add(choice ?? one);
            }
        }
        return parsed;
    }

    /// <summary>Whether the option was given.</summary>
    public bool Has(CliOption option) => _values.ContainsKey(option);

    /// <summary>The last value given, the default when none was, or null.</summary>
    public string? Text(CliOption option) => _values.TryGetValue(option, out var values) ? values.Count > 0 ? values[^1] : "" : option.Default;

    /// <summary>Every value given.</summary>
    public IReadOnlyList<string> List(CliOption option) => _values.TryGetValue(option, out var values) ? values : [];

    /// <summary>A whole number.</summary>
    public long? Integer(CliOption option, long least = 0, long most = long.MaxValue)
        => Text(option) is { } text ? ToInteger(option, text, least, most) : null;

    /// <summary>A number with or without decimals.</summary>
    public double? Number(CliOption option, double least = double.MinValue)
    {
        if (Text(option) is not { } text) return null;
        return double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && number >= least
            ? number
            : throw CliException.Usage(least == double.MinValue ? $"{option} takes a number, not '{text}'." : $"{option} takes a number from {least.ToString(CultureInfo.InvariantCulture)} up, not '{text}'.");
    }

    /// <summary>Whole numbers and ranges: <c>0-3,5</c>.</summary>
    public IReadOnlyList<int> Integers(CliOption option, int least = 0, int most = int.MaxValue)
    {
        const int MostInRange = 65_536;
        var all = new List<int>();
        foreach (var text in List(option))
        {
            var dash = text.IndexOf('-', Math.Min(1, text.Length));
            if (dash < 0)
            {
                all.Add((int)ToInteger(option, text, least, most));
                continue;
            }
            var (from, to) = ((int)ToInteger(option, text[..dash], least, most), (int)ToInteger(option, text[(dash + 1)..], least, most));
            if (to < from || to - from >= MostInRange) throw CliException.Usage($"{option}: '{text}' is no range: the first number is the smaller one, as in 0-3.");
            all.AddRange(Enumerable.Range(from, to - from + 1));
        }
        return all;
    }

    /// <summary>A number of bytes: <c>500</c>, <c>64K</c>, <c>64KB</c>, <c>10M</c>, <c>2GB</c>, powers of 1024.</summary>
    public long? Bytes(CliOption option)
    {
        if (Text(option) is not { } text) return null;
        var digits = text.AsSpan().TrimEnd("bBiI");
        var shift = digits is [.., var unit] ? char.ToUpperInvariant(unit) switch { 'K' => 10, 'M' => 20, 'G' => 30, 'T' => 40, _ => 0 } : 0;
        if (shift > 0) digits = digits[..^1];
        return long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= long.MaxValue >> shift
            ? number << shift
            : throw CliException.Usage($"{option} takes a size such as 64MB or 2G, not '{text}'.");
    }

    private static long ToInteger(CliOption option, string text, long least, long most)
        => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw CliException.Usage($"{option} takes a whole number{(least == long.MinValue ? "" : $" from {least} up")}, not '{text}'.");

    private static bool IsOption(IReadOnlyList<CliOption> options, string arg)
        => arg == "--"
        || (arg.StartsWith("--", StringComparison.Ordinal) ? options.Any(o => arg.AsSpan(2).StartsWith(o.Name, StringComparison.Ordinal) && (arg.Length == o.Name.Length + 2 || arg[o.Name.Length + 2] == '='))
            : arg.Length == 2 && arg[0] == '-' && options.Any(o => o.Short == arg[1] && o.Short != 0));

    private static CliException Unknown(string option, IReadOnlyList<CliOption> options)
    {
        var near = Nearest.To(option.TrimStart('-'), options.Where(o => !o.IsHidden).Select(o => o.Name));
        return CliException.Usage($"there is no option {option} here.{(near is null ? "" : $" Did you mean --{near}?")}");
    }
}
