using System.Globalization;
using System.Text.RegularExpressions;
using KernelMagnifier.Files;
using KernelMagnifier.Probes.Manifests;

namespace KernelMagnifier.Probes.Library;

/// <summary>The statements about a probe and the contents that they are about: the folder <c>reviews</c> of the probe.</summary>
internal sealed partial class ProbeReviews
{
    private const int MostFiles = 4096, LargestSignature = 64 * 1024, LargestContent = 6 << 20;

    private readonly GuardedDirectory? _folder;

    private ProbeReviews(GuardedDirectory? folder) => _folder = folder;

    /// <summary>The statements, by the names of their files. Nothing is verified yet.</summary>
    public IReadOnlyList<ReviewFile> All { get; private init; } = [];

    /// <summary>Reads the statements about a probe.</summary>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.ProbeLibraryNotSafe"/> and others, as of the
    /// library.</exception>
    public static ProbeReviews Of(ProbeLibrary library, ProbeSource source)
    {
        using var probe = library.Folder(source.Name);
        if (probe.Find(ProbeLibrary.Reviews) is null) return new ProbeReviews(null);
        return ProbeLibrary.Guarded(probe.Path, () =>
        {
            var folder = probe.Enter(ProbeLibrary.Reviews);
            var names = folder.Names(MostFiles);
            return new ProbeReviews(folder) { All = [.. names.Where(name => FileName().IsMatch(name)).Select(name
                => Read(folder, name, names))] };
        });
    }

    /// <summary>The canonical form of a content that was submitted; null if it was not kept or was changed since.</summary>
    public ReadOnlyMemory<byte>? Content(string hash)
    {
        if (_folder is null || !ProbeText.IsHash(hash)) return null;
        try
        {
            var form = _folder.Read($"{hash}.txt", LargestContent);
            return CanonicalProbe.Hash(form) == hash ? (ReadOnlyMemory<byte>?)form : null;
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>Adds a statement.</summary>
    /// <param name="library">The library.</param>
    /// <param name="source">The probe.</param>
    /// <param name="statement">The statement.</param>
    /// <param name="text">Its bytes.</param>
    /// <param name="signature">Its signature; null for none.</param>
    /// <returns>The path of the file.</returns>
    /// <exception cref="KernelMagnifierException">It cannot be written.</exception>
    public static string Add(
        ProbeLibrary library, ProbeSource source, ReviewStatement statement, byte[] text, byte[]? signature)
    {
        using var probe = library.Folder(source.Name);
        return ProbeLibrary.Guarded(probe.Path, () =>
        {
            using var folder = probe.Make(ProbeLibrary.Reviews);
            var names = folder.Names(MostFiles);
            var next = names.Select(name => FileName().Match(name)).Where(match => match.Success)
                .Select(match => int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture)).DefaultIfEmpty(0).Max() + 1;
            // The end distinguishes statements that two people make at the same time in two copies of the library.
            var name = string.Create(CultureInfo.InvariantCulture,
                $"{next:D4}-{statement.Action.ToString().ToLowerInvariant()}-{source.Hash[..12]}-{CanonicalProbe.Hash(text)[..8]}.json");
            if (statement.Action == ReviewAction.Submit && !names.Contains($"{source.Hash}.txt"))
                folder.Write($"{source.Hash}.txt", CanonicalProbe.Of(source), replace: false);
            // The signature first: a statement never appears without it.
            if (signature is not null) folder.Write(Path.ChangeExtension(name, ".sig"), signature, replace: false);
            folder.Write(name, text, replace: false);
            return Path.Combine(folder.Path, name);
        });
    }

    private static ReviewFile Read(GuardedDirectory folder, string name, IReadOnlyList<string> names)
    {
        var text = folder.Read(name, StrictJson.Largest);
        var beside = Path.ChangeExtension(name, ".sig");
        ReadOnlyMemory<byte>? signature = names.Contains(beside) ? (ReadOnlyMemory<byte>?)folder.Read(beside, LargestSignature)
            : null;
        try
        {
            return new ReviewFile(name, text, signature, ReviewStatementFile.Read(text, name), null);
        }
        catch (KernelMagnifierException error)
        {
            return new ReviewFile(name, text, signature, null, error.Cause);
        }
    }

    [GeneratedRegex(@"\A([0-9]{4,6})-[a-z]+-[0-9a-f]{12}(-[0-9a-f]{8})?\.json\z", RegexOptions.CultureInvariant)]
    private static partial Regex FileName();
}
