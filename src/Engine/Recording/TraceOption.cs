using KernelMagnifier.Text;

namespace KernelMagnifier.Recording;

/// <summary>A trace option of the kernel, set or cleared.</summary>
/// <param name="Name">Its name, as in the options directory.</param>
/// <param name="IsOn">Whether it is set; false clears it.</param>
internal readonly record struct TraceOption(string Name, bool IsOn)
{
    /// <summary>The directory of the options in tracefs.</summary>
    public const string Folder = "options/";

    private const string Not = "no";

    /// <summary>
    /// Parses an option as the kernel's trace_options file accepts it: <c>no</c> in front of a name clears it, unless an option
    /// has that name. Null when there is no such option.
    /// </summary>
    public static TraceOption? Find(string typed, Func<string, bool> exists)
        => IsName(typed) && exists(typed) ? new TraceOption(typed, true)
        : typed.StartsWith(Not, StringComparison.Ordinal) && IsName(typed[Not.Length..]) && exists(typed[Not.Length..])
            ? new TraceOption(typed[Not.Length..], false)
        : null;

    /// <summary>Checks that options exist, before anything is changed.</summary>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.BadSetting"/>.</exception>
    public static void RequireAll(IReadOnlyList<string> options, TraceFs top)
    {
        foreach (var typed in options)
            if (Find(typed, name => top.Has(Folder + name)) is null)
                throw Unknown(typed, top);
    }

    /// <summary>The error for an option that does not exist, which is named as it was typed.</summary>
    public static KernelMagnifierException Unknown(string typed, TraceFs top)
    {
        var folder = top["options"];
        List<string> names = Directory.Exists(folder)
            ? [.. Directory.EnumerateFiles(folder).Select(f => Path.GetFileName(f)!)]
            : [];
        var clears = typed.Length > Not.Length && typed.StartsWith(Not, StringComparison.Ordinal);
        return new KernelMagnifierException(ErrorCode.BadSetting, typed, "this kernel has no such trace option.",
            Suggestion.Before(typed, clears ? names.Select(n => Not + n) : names,
                $"The files in {folder} are the trace options; a name with '{Not}' in front clears the option."));
    }

    private static bool IsName(string name) => name.Length > 0 && name[0] != '.' && !name.Contains('/', StringComparison.Ordinal);
}
