using System.Text;
using KernelMagnifier.Symbols.Elf;

namespace KernelMagnifier.Symbols.Dwarf;

/// <summary>Finds the supplementary file, to which dwz moved entries that several files share.</summary>
internal static class SupplementaryFile
{
    /// <summary>
    /// Opens the supplementary file of an ELF file; null when it needs none, or none is found, which is a warning.
    /// </summary>
    /// <param name="elf">The file.</param>
    /// <param name="debugRoots">Directories with a .build-id directory.</param>
    /// <param name="warnings">Receives warnings.</param>
    public static DwarfFile? Open(ElfFile elf, IReadOnlyList<string> debugRoots, List<string> warnings)
    {
        if (Link(elf) is not var (name, buildId)) return null;
        foreach (var candidate in Candidates(elf, name, buildId, debugRoots))
        {
            if (!File.Exists(candidate)) continue;
            try
            {
                var found = ElfFile.Open(candidate);
                if (buildId.Length == 0 || found.BuildId is null || found.BuildId == buildId) return DwarfFile.Open(found, null);
                found.Dispose();
            }
            catch (Exception error) when (error is KernelMagnifierException or DamagedException)
            {
                warnings.Add($"{elf.Path}: the supplementary debug file {candidate} cannot be used: {error.Message}");
            }
        }
        warnings.Add($"{elf.Path}: the supplementary debug file that dwz created ({name}, build id {buildId}) was not found. "
            + "Functions that are described there have no source. Install the debug package of this file, which includes it.");
        return null;
    }

    private static IEnumerable<string> Candidates(ElfFile elf, string name, string buildId, IReadOnlyList<string> debugRoots)
    {
        if (name.Length > 0) yield return Path.Combine(Path.GetDirectoryName(Path.GetFullPath(elf.Path)) ?? "/", name);
        if (buildId.Length <= 4) yield break;
        foreach (var root in debugRoots)
        {
            yield return Path.Combine(root, ".build-id", buildId[..2], buildId[2..] + ".debug");
            yield return Path.Combine(root, ".dwz", Path.GetFileName(name));
        }
    }

    /// <summary>The name and build id in .gnu_debugaltlink, or in .debug_sup of DWARF 5.</summary>
    private static (string Name, string BuildId)? Link(ElfFile elf)
    {
        if (elf.Find(".gnu_debugaltlink") is { Size: > 0 and < 65536 } link)
        {
            var bytes = elf.Load(link);
            var end = Array.IndexOf(bytes, (byte)0);
            if (end > 0) return (Encoding.UTF8.GetString(bytes, 0, end), Convert.ToHexStringLower(bytes.AsSpan(end + 1)));
        }
        if (elf.Find(".debug_sup") is { Size: > 4 and < 65536 } section)
        {
            var cursor = new DwarfCursor(elf.Load(section));
            cursor.U16();
            var isSupplementary = cursor.U8() != 0;
            if (isSupplementary) return null;
            var name = Encoding.UTF8.GetString(cursor.String());
            return (name, Convert.ToHexStringLower(cursor.Take((int)Math.Min(cursor.Uleb(), 1024))));
        }
        return null;
    }
}
