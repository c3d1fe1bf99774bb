namespace KernelMagnifier.Symbols;

/// <summary>
/// Tells where the kernel's source began on the machine that built it, so that every path can be shown relative to it:
/// <c>/build/linux-6.1.1/kernel/fork.c</c> as <c>kernel/fork.c</c>.
/// </summary>
internal sealed class SourceRoots
{
    /// <summary>The folders at the top of the kernel's source.</summary>
    private static readonly HashSet<string> TopFolders = new(StringComparer.Ordinal)
    {
        "Documentation", "arch", "block", "certs", "crypto", "drivers", "fs", "include", "init", "io_uring", "ipc", "kernel",
        "lib", "mm", "net", "rust", "samples", "scripts", "security", "sound", "tools", "usr", "virt",
    };

    private readonly List<string> _roots;

    private SourceRoots(List<string> roots) => _roots = roots;

    /// <summary>The roots found, without a slash at the end.</summary>
    public IReadOnlyList<string> Roots => _roots;

    /// <summary>Finds the roots from the main files of all units.</summary>
    /// <param name="units">Path and directory of compilation of each unit.</param>
    /// <param name="known">Roots known beforehand: those of the kernel a module belongs to.</param>
    /// <param name="folder">Where a module stands in the source, such as <c>fs/ext4</c>, when its own place tells.</param>
    public static SourceRoots Find(IReadOnlyCollection<(string Path, string Directory)> units, IReadOnlyList<string> known, string? folder)
    {
        var roots = new List<string>(known);
        var open = units.Where(u => u.Path.StartsWith('/') && !roots.Any(r => IsBelow(u.Path, r))).ToList();
        if (folder is not null)
        {
            foreach (var (path, _) in open)
                if (path.LastIndexOf("/" + folder + "/", StringComparison.Ordinal) is > 0 and var at)
                {
                    Add(path[..at]);
                    break;
                }
            open.RemoveAll(u => roots.Any(r => IsBelow(u.Path, r)));
        }
        if (open.Count > 0)
        {
            // Each path votes for every place after which a folder of the top comes. All of a kernel's files agree on the root;
            // a folder further down that happens to bear such a name gets only the votes of those below it.
            var votes = new Dictionary<string, (int Units, HashSet<string> Folders)>(StringComparer.Ordinal);
            foreach (var (path, _) in open)
            {
                for (var slash = path.IndexOf('/', 1); slash > 0; slash = path.IndexOf('/', slash + 1))
                {
                    var next = path.IndexOf('/', slash + 1);
                    if (next < 0 || !TopFolders.Contains(path[(slash + 1)..next])) continue;
                    var root = path[..slash];
                    var (count, folders) = votes.GetValueOrDefault(root, (0, []));
                    folders.Add(path[(slash + 1)..next]);
                    votes[root] = (count + 1, folders);
                }
                if (votes.Count > 100_000) break;
            }
            // Where files of several top folders are there, the longest they agree on is the root; a single folder says nothing about
            // which of several places is meant, and then the directory of compilation decides, or else the first place.
            var most = votes.Count == 0 ? 0 : votes.Values.Max(v => v.Units);
            var best = votes.Where(v => v.Value.Units * 10 >= most * 9).Select(v => (v.Key, v.Value.Folders.Count)).ToList();
            if (best.Where(v => v.Count > 1).OrderByDescending(v => v.Key.Length).FirstOrDefault() is { Key: not null } several) Add(several.Key);
            else if (best.Count > 0)
            {
                var directories = open.Select(u => u.Directory).ToHashSet(StringComparer.Ordinal);
                Add(best.OrderByDescending(v => directories.Contains(v.Key)).ThenBy(v => v.Key.Length).First().Key);
            }
            open.RemoveAll(u => roots.Any(r => IsBelow(u.Path, r)));
        }
        // What is no kernel tree at all: relative to where it was compiled, or to the folder all have in common.
        foreach (var directory in open.Where(u => u.Directory.StartsWith('/') && IsBelow(u.Path, Normalize(u.Directory))).Select(u => Normalize(u.Directory)).Distinct().ToList())
            Add(directory);
        open.RemoveAll(u => roots.Any(r => IsBelow(u.Path, r)));
        if (open.Count > 0) Add(CommonFolder(open.Select(u => u.Path)));
        return new SourceRoots([.. roots.OrderByDescending(r => r.Length)]);

        void Add(string root)
        {
            if (root.Length > 0 && !roots.Contains(root)) roots.Add(root);
        }
    }

    /// <summary>A path relative to its root; as it is when no root fits.</summary>
    public string Relative(string path)
    {
        if (!path.StartsWith('/'))
        {
            // From a build folder beside or inside the source: ../kernel/fork.c
            while (path.StartsWith("../", StringComparison.Ordinal)) path = path[3..];
            return path;
        }
        foreach (var root in _roots)
            if (IsBelow(path, root))
                return path[(root.Length + 1)..];
        return path;
    }

    /// <summary>Takes <c>.</c>, <c>..</c> and doubled slashes out of a path.</summary>
    public static string Normalize(string path)
    {
        if (!path.Contains("/.", StringComparison.Ordinal) && !path.Contains("//", StringComparison.Ordinal) && !path.StartsWith('.') && !path.EndsWith('/')) return path;
        var parts = new List<string>();
        foreach (var part in path.Split('/'))
        {
            if (part.Length == 0 || part == ".") continue;
            if (part == ".." && parts.Count > 0 && parts[^1] != "..") parts.RemoveAt(parts.Count - 1);
            else if (part != ".." || !path.StartsWith('/')) parts.Add(part);
        }
        return (path.StartsWith('/') ? "/" : "") + string.Join('/', parts);
    }

    private static bool IsBelow(string path, string root) => path.Length > root.Length + 1 && path[root.Length] == '/' && path.StartsWith(root, StringComparison.Ordinal);

    private static string CommonFolder(IEnumerable<string> paths)
    {
        string? common = null;
        foreach (var path in paths)
        {
            var folder = path[..Math.Max(0, path.LastIndexOf('/'))];
            common ??= folder;
            while (common.Length > 0 && folder != common && !folder.StartsWith(common + "/", StringComparison.Ordinal))
                common = common[..Math.Max(0, common.LastIndexOf('/'))];
        }
        return common ?? "";
    }
}
