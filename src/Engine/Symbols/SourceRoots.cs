using KernelMagnifier.Symbols.Dwarf;

namespace KernelMagnifier.Symbols;

/// <summary>
/// The directories that held the kernel source on the machine that built the kernel. Paths are shown relative to them:
/// <c>/build/linux-6.1.1/kernel/fork.c</c> as <c>kernel/fork.c</c>.
/// </summary>
internal sealed class SourceRoots
{
    private const int MaxCandidates = 100_000;

    // The files of an image come from few trees. A hostile one can name a directory for each unit, and each path is compared
    // with each root.
    private const int MostRoots = 256;

    /// <summary>The directories at the top of the kernel source.</summary>
    public static readonly IReadOnlyList<string> TopDirectories =
    [
        "Documentation", "arch", "block", "certs", "crypto", "drivers", "fs", "include", "init", "io_uring", "ipc", "kernel",
        "lib", "mm", "net", "rust", "samples", "scripts", "security", "sound", "tools", "usr", "virt",
    ];

    private static readonly HashSet<string> IsTopDirectory = new(TopDirectories, StringComparer.Ordinal);

    private List<string> _roots;

    // Absolute main files that are below none of the roots.
    private readonly List<(string Path, string Directory)> _open;

    private SourceRoots(IReadOnlyCollection<(string Path, string Directory)> units, IReadOnlyList<string> known)
    {
        _roots = [.. known];
        _open = units.Where(u => u.Path.StartsWith('/') && !_roots.Any(r => SourcePath.IsBelow(u.Path, r))).ToList();
    }

    /// <summary>The roots, without a slash at the end, the longest first.</summary>
    public IReadOnlyList<string> Roots => _roots;

    /// <summary>Finds the roots from the main files of all units.</summary>
    /// <param name="units">The path and the compilation directory of each unit.</param>
    /// <param name="known">Roots that are known already: those of the kernel that a module belongs to.</param>
    /// <param name="directory">The directory of a module in the source, such as <c>fs/ext4</c>, when its path shows it; else
    /// null.</param>
    public static SourceRoots Find(IReadOnlyCollection<(string Path, string Directory)> units, IReadOnlyList<string> known,
        string? directory)
    {
        var roots = new SourceRoots(units, known);
        if (directory is not null) roots.AddByModuleDirectory(directory);
        if (roots._open.Count > 0) roots.AddByTopDirectories();
        roots.AddOutsideKernelTree();
        roots._roots = [.. roots._roots.OrderByDescending(r => r.Length)];
        return roots;
    }

    /// <summary>A path relative to its root; unchanged when no root fits.</summary>
    public string Relative(string path)
    {
        if (!path.StartsWith('/'))
        {
            // From a build directory beside or inside the source: ../kernel/fork.c
            while (path.StartsWith("../", StringComparison.Ordinal)) path = path[3..];
            return path;
        }
        foreach (var root in _roots)
            if (SourcePath.IsBelow(path, root))
                return path[(root.Length + 1)..];
        return path;
    }

    private void AddByModuleDirectory(string directory)
    {
        foreach (var (path, _) in _open)
            if (path.LastIndexOf("/" + directory + "/", StringComparison.Ordinal) is > 0 and var at)
            {
                Add(path[..at]);
                break;
            }
        RemoveResolved();
    }

    /// <summary>
    /// Adds the directory that has the top directories of the kernel source. Each path votes for every directory of it that a top
    /// directory follows. All files of a kernel agree on the root; a deeper directory that happens to contain such a name gets
    /// only the votes of the files below it.
    /// </summary>
    private void AddByTopDirectories()
    {
        var votes = Vote();
        // Where several top directories are seen, the longest root that the files agree on is right. A single top directory does
        // not show which of several candidates is the root; then the compilation directory decides, or else the shortest
        // candidate.
        var most = votes.Count == 0 ? 0 : votes.Values.Max(v => v.Units);
        var best = votes.Where(v => v.Value.Units * 10 >= most * 9).Select(v => (v.Key, v.Value.Directories.Count)).ToList();
        if (best.Where(v => v.Count > 1).OrderByDescending(v => v.Key.Length).FirstOrDefault() is { Key: not null } several)
            Add(several.Key);
        else if (best.Count > 0)
        {
            var directories = _open.Select(u => u.Directory).ToHashSet(StringComparer.Ordinal);
            Add(best.OrderByDescending(v => directories.Contains(v.Key)).ThenBy(v => v.Key.Length).First().Key);
        }
        RemoveResolved();
    }

    private Dictionary<string, (int Units, HashSet<string> Directories)> Vote()
    {
        var votes = new Dictionary<string, (int Units, HashSet<string> Directories)>(StringComparer.Ordinal);
        foreach (var (path, _) in _open)
        {
            for (var slash = path.IndexOf('/', 1); slash > 0; slash = path.IndexOf('/', slash + 1))
            {
                var next = path.IndexOf('/', slash + 1);
                if (next < 0 || !IsTopDirectory.Contains(path[(slash + 1)..next])) continue;
                var root = path[..slash];
                var (count, directories) = votes.GetValueOrDefault(root, (0, []));
                directories.Add(path[(slash + 1)..next]);
                votes[root] = (count + 1, directories);
            }
            if (votes.Count > MaxCandidates) break;
        }
        return votes;
    }

    /// <summary>
    /// Adds the roots of files that are in no kernel tree: their compilation directories, or the directory that they have in
    /// common.
    /// </summary>
    private void AddOutsideKernelTree()
    {
        var directories = _open.Where(u => u.Directory.StartsWith('/'))
            .Select(u => (u.Path, Directory: SourcePath.Normalize(u.Directory)))
            .Where(u => SourcePath.IsBelow(u.Path, u.Directory)).Select(u => u.Directory).Distinct().Take(MostRoots).ToList();
        directories.ForEach(Add);
        RemoveResolved();
        if (_open.Count > 0) Add(SourcePath.CommonDirectory(_open.Select(u => u.Path)));
    }

    private void RemoveResolved() => _open.RemoveAll(u => _roots.Any(r => SourcePath.IsBelow(u.Path, r)));

    private void Add(string root)
    {
        if (root.Length > 0 && !_roots.Contains(root)) _roots.Add(root);
    }
}
