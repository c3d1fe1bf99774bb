using System.Globalization;
using System.Text;

namespace KernelMagnifier.Text;

/// <summary>
/// Sets of CPUs as the kernel formats them: lists such as <c>0-3,8</c> and hexadecimal masks such as <c>ff</c> or
/// <c>1,00000000</c>.
/// </summary>
internal static class CpuList
{
    private const int MostCpus = 65_536;

    /// <summary>Parses a list.</summary>
    /// <param name="text">The list.</param>
    /// <param name="cpus">The CPUs, in the order of the list.</param>
    /// <returns>False when the text is not a list of CPU numbers below 65,536, or is empty.</returns>
    public static bool TryParse(string text, out List<int> cpus) => NumberRanges.TryParse(text, 0, MostCpus - 1, out cpus);

    /// <summary>
    /// Parses a mask: hexadecimal digits in groups of eight, separated by commas, as <c>tracing_cpumask</c> accepts it.
    /// </summary>
    /// <param name="text">The mask, with or without <c>0x</c>.</param>
    /// <param name="cpus">The CPUs whose bits are set, in ascending order.</param>
    /// <returns>False when the text is not a mask, or no bit is set.</returns>
    public static bool TryParseMask(string text, out List<int> cpus)
    {
        cpus = [];
        var digits = new StringBuilder();
        var bare = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? text[2..] : text;
        foreach (var (group, i) in bare.Split(',').Select((g, i) => (g, i)))
        {
            if (group.Length == 0 || (i > 0 && group.Length > 8) || !group.All(char.IsAsciiHexDigit)) return false;
            digits.Append(i > 0 ? group.PadLeft(8, '0') : group);
        }
        if (digits.Length * 4 > MostCpus) return false;
        for (var i = 0; i < digits.Length; i++)
        {
            var nibble = Convert.ToInt32(digits[digits.Length - 1 - i].ToString(), 16);
            for (var bit = 0; bit < 4; bit++)
                if ((nibble >> bit & 1) != 0)
                    cpus.Add(i * 4 + bit);
        }
        return cpus.Count > 0;
    }

    /// <summary>Formats a mask.</summary>
    public static string ToMask(IEnumerable<int> cpus)
    {
        var words = new List<uint>();
        foreach (var cpu in cpus)
        {
            while (words.Count <= cpu / 32) words.Add(0);
            words[cpu / 32] |= 1u << cpu % 32;
        }
        return string.Join(',',
            words.AsEnumerable().Reverse().Select((w, i) => w.ToString(i == 0 ? "x" : "x8", CultureInfo.InvariantCulture)));
    }

    /// <summary>Formats a list in ascending order, with consecutive CPUs as ranges.</summary>
    public static string ToList(IEnumerable<int> cpus)
    {
        var text = new StringBuilder();
        var sorted = cpus.Distinct().Order().ToList();
        for (var i = 0; i < sorted.Count; i++)
        {
            var from = i;
            while (i + 1 < sorted.Count && sorted[i + 1] == sorted[i] + 1) i++;
            if (text.Length > 0) text.Append(',');
            text.Append(CultureInfo.InvariantCulture, $"{sorted[from]}");
            if (i > from) text.Append(CultureInfo.InvariantCulture, $"-{sorted[i]}");
        }
        return text.ToString();
    }
}
