using System.Security.Cryptography;
using System.Text;

namespace KernelMagnifier.Schedules;

/// <summary>
/// Files outside the product's own directories. Their first line says whose they are, and has the hash of the rest: a file that
/// an administrator changed is known as such, by later versions too.
/// </summary>
internal static class MarkedFile
{
    private const string Before = "# Made by kernel-magnifier for the schedule ", After = ". A changed file is kept. sha256:";

    /// <summary>The file of a schedule with its first line.</summary>
    public static ScheduleFile Of(string name, string path, string body)
        => new(path, $"{Before}{name}{After}{Hash(body)}\n{body}");

    /// <summary>Whether a text was made for a schedule, and not changed since.</summary>
    public static bool IsUnchanged(string name, string content)
    {
        var end = content.IndexOf('\n', StringComparison.Ordinal);
        return end >= 0 && content[..end] == $"{Before}{name}{After}{Hash(content[(end + 1)..])}";
    }

    private static string Hash(string body) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(body)));
}
