using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace KernelMagnifier.Probes.Library;

/// <summary>
/// The canonical form of a probe, which its hash is of: the name, and every byte of manifest, program and imports, each after its
/// length and its own hash. Two different probes never have the same form. docs/formats/probe.md describes it.
/// </summary>
internal static class CanonicalProbe
{
    private const string Header = "kernel-magnifier-probe 1\n";

    private const int LongestLine = 1024, MostImports = 16;

    /// <summary>The form of a probe.</summary>
    public static byte[] Of(
        string name, ReadOnlyMemory<byte> manifest, ReadOnlyMemory<byte> program, IReadOnlyList<ProbeImport> imports)
    {
        var form = new ArrayBufferWriter<byte>();
        form.Write(Encoding.UTF8.GetBytes($"{Header}name {name}\n"));
        Part(form, "manifest", manifest.Span);
        Part(form, "program", program.Span);
        foreach (var import in imports.OrderBy(import => import.Path, StringComparer.Ordinal))
            Part(form, $"import {import.Path}", import.Content.Span);
        return form.WrittenSpan.ToArray();
    }

    /// <summary>The form of a probe that was read.</summary>
    public static byte[] Of(ProbeSource source) => Of(source.Name, source.ManifestText, source.Program, source.Imports);

    /// <summary>SHA-256 of a form, in lower-case hexadecimal digits.</summary>
    public static string Hash(ReadOnlySpan<byte> form) => Convert.ToHexStringLower(SHA256.HashData(form));

    /// <summary>The files in a form: <c>manifest</c>, <c>program</c> and <c>import PATH</c>. Null if it is none.</summary>
    public static IReadOnlyDictionary<string, ReadOnlyMemory<byte>>? Parse(ReadOnlyMemory<byte> form)
    {
        var (files, at) = (new Dictionary<string, ReadOnlyMemory<byte>>(), 0);
        if (Line(form.Span, ref at) + "\n" != Header
            || Line(form.Span, ref at)?.StartsWith("name ", StringComparison.Ordinal) != true)
            return null;
        while (at < form.Length)
        {
            var words = Line(form.Span, ref at)?.Split(' ') ?? [];
            if (words.Length < 3 || files.Count > MostImports + 2
                || !int.TryParse(words[^2], NumberStyles.None, CultureInfo.InvariantCulture,
                out var length) || length >= form.Length - at
                    || !files.TryAdd(string.Join(' ', words[..^2]), form.Slice(at, length)))
                return null;
            at += length + 1;
        }
        return files.ContainsKey("manifest") && files.ContainsKey("program") ? files : null;
    }

    private static void Part(ArrayBufferWriter<byte> form, string name, ReadOnlySpan<byte> content)
    {
        form.Write(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture,
            $"{name} {content.Length} {Hash(content)}\n")));
        form.Write(content);
        form.Write("\n"u8);
    }

    private static string? Line(ReadOnlySpan<byte> form, ref int at)
    {
        var length = at > form.Length ? -1 : form[at..].IndexOf((byte)'\n');
        if (length is < 0 or > LongestLine) return null;
        var line = Encoding.UTF8.GetString(form.Slice(at, length));
        at += length + 1;
        return line;
    }
}
