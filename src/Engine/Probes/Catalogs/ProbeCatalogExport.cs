namespace KernelMagnifier.Probes.Catalogs;

/// <summary>A catalog that was written.</summary>
public sealed class ProbeCatalogExport
{
    internal ProbeCatalogExport(string path, int probes, int approved, IReadOnlyList<string> unreadable)
        => (Path, Probes, Approved, Unreadable) = (path, probes, approved, unreadable);

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>The number of probes.</summary>
    public int Probes { get; }

    /// <summary>How many of them are approved.</summary>
    public int Approved { get; }

    /// <summary>Why other probes of the library are not in it.</summary>
    public IReadOnlyList<string> Unreadable { get; }
}
