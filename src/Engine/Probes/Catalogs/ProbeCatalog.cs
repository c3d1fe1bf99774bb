using KernelMagnifier.Files;
using KernelMagnifier.Probes.Library;
using KernelMagnifier.Probes.Policies;
using KernelMagnifier.Probes.Results;

namespace KernelMagnifier.Probes.Catalogs;

/// <summary>Makes the catalog of a library: a page with all probes that can be read.</summary>
internal static class ProbeCatalog
{
    /// <summary>The stored output of a probe, beside its program.</summary>
    public const string Example = "example.jsonl";

    /// <summary>Writes the catalog.</summary>
    /// <param name="library">The library; null for the one of the environment or the policy.</param>
    /// <param name="policy">The policy; null for the one of the environment or the machine.</param>
    /// <param name="path">The file.</param>
    /// <param name="replace">Replace an existing file.</param>
    /// <param name="now">The time of the page.</param>
    /// <param name="cancel">Cancels it.</param>
    /// <exception cref="KernelMagnifierException">The library cannot be read, or the file cannot be written.</exception>
    public static ProbeCatalogExport Write(
        string? library, string? policy, string path, bool replace, DateTimeOffset now, CancellationToken cancel)
    {
        var rules = ProbePolicyFile.Find(policy);
        using var open = ProbeLibrary.Open(library, rules);
        var (entries, unreadable) = (new List<CatalogEntry>(), new List<string>());
        foreach (var name in open.Names)
        {
            cancel.ThrowIfCancellationRequested();
            try
            {
                var source = open.Load(name);
                entries.Add(new CatalogEntry(source, ProbeJudge.Judge(open, source, rules, now, cancel),
                    ExampleOf(source, cancel)));
            }
            catch (KernelMagnifierException error) when (error.Code is ErrorCode.ProbeUnreadable or ErrorCode.ProbeLibraryNotSafe)
            {
                unreadable.Add(error.Message);
            }
        }
        using var file = OutputFile.Create(path, replace, [], cancel);
        new CatalogPage(open.Path, now).Write(entries, file.Stream);
        file.Commit();
        return new ProbeCatalogExport(path, entries.Count, entries.Count(e => e.Standing.State == ProbeState.Approved),
            unreadable);
    }

    /// <summary>The lines of the stored output as people read them; empty if there is none, or if it cannot be read.</summary>
    private static List<string> ExampleOf(ProbeSource source, CancellationToken cancel)
    {
        var path = Path.Combine(source.Folder, Example);
        if (!File.Exists(path)) return [];
        var example = new CatalogExample();
        try
        {
            _ = ProbeLog.Read(path, source.Manifest, example.Add, cancel);
        }
        catch (KernelMagnifierException)
        {
            return [];
        }
        return example.Lines();
    }
}
