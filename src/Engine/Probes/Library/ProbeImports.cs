using System.Globalization;
using System.Text.RegularExpressions;
using KernelMagnifier.Files;

namespace KernelMagnifier.Probes.Library;

/// <summary>Reads the files that a program imports, directly or not. They are inside the library, or the probe is
/// refused.</summary>
internal sealed partial class ProbeImports
{
    private const int Most = 16, Largest = 256 * 1024, LongestPath = 256;

    private readonly GuardedDirectory _library;
    private readonly string _name;
    private readonly SortedDictionary<string, ReadOnlyMemory<byte>> _files = new(StringComparer.Ordinal);

    private ProbeImports(GuardedDirectory library, string name) => (_library, _name) = (library, name);

    /// <summary>Reads the imports of a program.</summary>
    /// <param name="library">The library.</param>
    /// <param name="name">The name of the probe.</param>
    /// <param name="program">The program.</param>
    /// <exception cref="FormatException">An import is outside the library, or there are too many.</exception>
    /// <exception cref="IOException">An import cannot be read, or is not safe.</exception>
    public static IReadOnlyList<ProbeImport> Read(GuardedDirectory library, string name, ReadOnlySpan<byte> program)
    {
        var imports = new ProbeImports(library, name);
        imports.Add(program, name);
        // From the folder of the probe, which is where the program names them from.
        return [.. imports._files.Select(file => new ProbeImport(imports.FromFolder(file.Key), file.Value))
            .OrderBy(import => import.Path, StringComparer.Ordinal)];
    }

    private void Add(ReadOnlySpan<byte> program, string folder)
    {
        foreach (var import in ImportScan.Find(program))
        {
            var path = Resolve(folder, import);
            if (_files.ContainsKey(path) || path == $"{_name}/{_name}.bt") continue;
            if (_files.Count >= Most)
                throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"it imports more than {Most} files."));
            var content = ReadFile(path);
            _files.Add(path, content);
            Add(content, path.LastIndexOf('/') is > 0 and var slash ? path[..slash] : "");
        }
    }

    private byte[] ReadFile(string path)
    {
        var parts = path.Split('/');
        var opened = new List<GuardedDirectory>();
        try
        {
            foreach (var part in parts[..^1]) opened.Add((opened.Count == 0 ? _library : opened[^1]).Enter(part));
            return (opened.Count == 0 ? _library : opened[^1]).Read(parts[^1], Largest);
        }
        finally
        {
            foreach (var directory in opened) directory.Dispose();
        }
    }

    /// <summary>The path of an import, from the library.</summary>
    private static string Resolve(string folder, string import)
    {
        var parts = new List<string>(folder.Split('/', StringSplitOptions.RemoveEmptyEntries));
        if (import.Length > LongestPath || !Path().IsMatch(import)) throw Refused(import, "is not the plain path of a file");
        foreach (var part in import.Split('/'))
        {
            if (part is "" or ".") continue;
            if (part != "..") parts.Add(part);
            else if (parts.Count == 0) throw Refused(import, "is outside the library");
            else parts.RemoveAt(parts.Count - 1);
        }
        return parts.Count > 0 ? string.Join('/', parts) : throw Refused(import, "is the library itself");
    }

    private string FromFolder(string path)
        => path.StartsWith(_name + "/", StringComparison.Ordinal) ? path[(_name.Length + 1)..] : "../" + path;

    private static FormatException Refused(string import, string cause) => new($"its import \"{import}\" {cause}.");

    // No leading slash, no escapes, nothing that a shell or another file system reads differently.
    [GeneratedRegex(@"\A[A-Za-z0-9_.][A-Za-z0-9_./-]*\z", RegexOptions.CultureInvariant)]
    private static partial Regex Path();
}
