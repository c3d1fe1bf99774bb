using System.Globalization;
using System.Text;

namespace KernelMagnifier.Text;

/// <summary>CPUs as people and the kernel write them: lists like <c>0-3,8</c>, masks like <c>ff</c> or <c>1,00000000</c>.</summary>
public static class CpuList
{
    private const int Most = 65_536;

    /// <summary>Reads a list.</summary>
    public static bool TryParse(string text, out List<int> cpus)
    {
        cpus = [];
        foreach (var part in text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var ends = part.Split('-', 2);
            if (!int.TryParse(ends[0], NumberStyles.None, CultureInfo.InvariantCulture, out var from)) return false;
            var to = from;
            if (ends.Length == 2 && !int.TryParse(ends[1], NumberStyles.None, CultureInfo.InvariantCulture, out to)) return false;
            if (to < from || to >= Most) return false;
            for (var cpu = from; cpu <= to; cpu++) cpus.Add(cpu);
        }
        return cpus.Count > 0;
    }

    /// <summary>Reads a mask: hexadecimal, in groups of eight digits with commas between, as <c>tracing_cpumask</c> takes it.</summary>
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
        if (digits.Length * 4 > Most) return false;
        for (var i = 0; i < digits.Length; i++)
        {
            var nibble = Convert.ToInt32(digits[digits.Length - 1 - i].ToString(), 16);
            for (var bit = 0; bit < 4; bit++)
                if ((nibble >> bit & 1) != 0)
                    cpus.Add(i * 4 + bit);
        }
        return cpus.Count > 0;
    }

    /// <summary>Writes a mask.</summary>
    public static string ToMask(IEnumerable<int> cpus)
    {
        var words = new List<uint>();
        foreach (var cpu in cpus)
        {
            while (words.Count <= cpu / 32) words.Add(0);
            words[cpu / 32] |= 1u << cpu % 32;
        }
        return string.Join(',', words.AsEnumerable().Reverse().Select((w, i) => i == 0 ? w.ToString("x", CultureInfo.InvariantCulture) : w.ToString("x8", CultureInfo.InvariantCulture)));
    }

    /// <summary>Writes a list, runs as ranges.</summary>
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
