using System.Globalization;
using KernelMagnifier.Symbols.Elf;

namespace KernelMagnifier.Symbols;

/// <summary>Finds debug files where distributions install them.</summary>
internal static class DebugFiles
{
    private static readonly EnumerationOptions Recursive
        = new() { RecurseSubdirectories = true, IgnoreInaccessible = true, MaxRecursionDepth = 32 };

    /// <summary>Finds the image of a kernel with debug information.</summary>
    /// <exception cref="KernelMagnifierException">There is none; the recommended action names the package that has
    /// it.</exception>
    public static string FindKernel(SymbolMapOptions options, CancellationToken cancel)
    {
        var isRunning = options.KernelRelease is null || options.KernelRelease == RunningKernel.Release;
        var release = options.KernelRelease ?? RunningKernel.Release;
        if (!IsRelease(release))
            throw new KernelMagnifierException(ErrorCode.BadRequest, release, "this is not a kernel release.",
                "Specify what uname -r prints, such as 6.1.0-56-amd64.");
        var buildId = options.BuildId ?? (isRunning ? RunningKernel.BuildId : null);
        var candidates = Candidates(release, buildId, options.DebugRoots).ToList();
        string? rejected = null;
        foreach (var candidate in candidates)
        {
            if (!File.Exists(candidate)) continue;
            if (WhyRejected(candidate, buildId) is not { } reason) return candidate;
            rejected ??= reason;
        }
        if (buildId is not null && Debuginfod.Fetch(buildId, options, cancel) is { } fetched) return fetched;
        throw new KernelMagnifierException(ErrorCode.DebugInformationNotFound, release,
            $"the debug information of this kernel is not on this machine. {(rejected is null ? "" : rejected + " ")}"
            + $"The search included {string.Join(", ", candidates.Take(3))} and other usual locations.",
            $"{DebugPackage.Recommend(release)} Or specify the path of a vmlinux.");
    }

    /// <summary>Finds the debug files of the modules of a kernel, ordered by path.</summary>
    /// <param name="kernel">The full path of the kernel image.</param>
    /// <param name="release">The kernel release; null when unknown.</param>
    /// <param name="options">The directories to search.</param>
    /// <exception cref="KernelMagnifierException">There are none.</exception>
    public static IReadOnlyList<string> FindModules(string kernel, string? release, SymbolMapOptions options)
    {
        var directories = options.ModuleFolder is { } specified ? [specified]
            : ModuleDirectories(kernel, release, options.DebugRoots).ToList();
        foreach (var directory in directories)
        {
            if (!Directory.Exists(directory)) continue;
            var files = Directory.EnumerateFiles(directory, "*.ko*", Recursive)
                .Where(f => f.EndsWith(".ko", StringComparison.Ordinal) || f.EndsWith(".ko.debug", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal).ToList();
            if (files.Count == 0) continue;
            if (options.ModuleFolder is null && !files.Take(5).Any(HasDebugInformation)) continue;
            return files;
        }
        throw new KernelMagnifierException(ErrorCode.DebugInformationNotFound, options.ModuleFolder ?? release ?? kernel,
            $"no modules with debug information were found. The search included {string.Join(", ", directories)}.",
            release is null ? "Specify the directory of the modules." : DebugPackage.Recommend(release));
    }

    /// <summary>A text that changes whenever one of the files does: their sizes and times.</summary>
    /// <param name="kernel">The kernel image.</param>
    /// <param name="modules">The modules; null when they are not read.</param>
    /// <exception cref="KernelMagnifierException">A file no longer exists or cannot be read.</exception>
    public static string Fingerprint(string kernel, IReadOnlyList<string>? modules)
    {
        var name = kernel;
        try
        {
            var info = new FileInfo(kernel);
            if (File.ResolveLinkTarget(kernel, returnFinalTarget: true) is FileInfo target) info = target;
            var text = string.Create(CultureInfo.InvariantCulture, $"{info.Length}:{info.LastWriteTimeUtc.Ticks}");
            if (modules is null) return text;
            long size = 0, newest = 0;
            foreach (var module in modules)
            {
                name = module;
                var file = new FileInfo(module);
                size += file.Length;
                newest = Math.Max(newest, file.LastWriteTimeUtc.Ticks);
            }
            return string.Create(CultureInfo.InvariantCulture, $"{text}:{modules.Count}:{size}:{newest}:{modules[0]}");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new KernelMagnifierException(ErrorCode.DebugInformationUnreadable, name,
                $"the file can no longer be read: {error.Message}",
                "Try again: an update of its package may be replacing it.", error);
        }
    }

    /// <summary>
    /// The kernel release in a path, such as <c>vmlinux-6.1.0-56-amd64</c> or <c>modules/6.1.0-56-amd64/</c>; null when there is
    /// none.
    /// </summary>
    public static string? ReleaseIn(string path)
    {
        var name = Path.GetFileName(path);
        if (name.StartsWith("vmlinux-", StringComparison.Ordinal)) return Release(name[8..]);
        var at = path.LastIndexOf("/modules/", StringComparison.Ordinal);
        if (at < 0) return null;
        var rest = path[(at + 9)..];
        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        return slash > 0 ? Release(rest[..slash]) : null;

        static string? Release(string text)
        {
            if (text.EndsWith(".debug", StringComparison.Ordinal)) text = text[..^6];
            return text.Length > 0 && char.IsAsciiDigit(text[0]) && IsRelease(text) ? text : null;
        }
    }

    private static IEnumerable<string> Candidates(string release, string? buildId, IReadOnlyList<string> roots)
    {
        foreach (var root in roots)
        {
            yield return Path.Combine(root, "boot", $"vmlinux-{release}");
            yield return Path.Combine(root, "lib/modules", release, "vmlinux");
            yield return Path.Combine(root, "usr/lib/modules", release, "vmlinux");
            yield return Path.Combine(root, "boot", $"vmlinux-{release}.debug");
            yield return Path.Combine(root, "lib/modules", release, "vmlinux.debug");
            yield return Path.Combine(root, "usr/lib/modules", release, "vmlinux.debug");
            if (buildId is { Length: > 2 }) yield return Path.Combine(root, ".build-id", buildId[..2], buildId[2..] + ".debug");
        }
        yield return $"/lib/modules/{release}/build/vmlinux";
        yield return $"/lib/modules/{release}/source/vmlinux";
        yield return $"/usr/lib/modules/{release}/vmlinux";
        yield return $"/boot/vmlinux-{release}";
    }

    private static IEnumerable<string> ModuleDirectories(string kernel, string? release, IReadOnlyList<string> roots)
    {
        var beside = Path.GetDirectoryName(kernel)!;
        yield return Path.Combine(beside, "kernel");
        if (release is null) yield break;
        // The modules of a vmlinux in …/usr/lib/debug/boot are in …/usr/lib/debug/lib/modules.
        if (Path.GetFileName(beside) == "boot")
            yield return Path.Combine(Path.GetDirectoryName(beside) ?? "/", "lib/modules", release, "kernel");
        foreach (var root in roots)
        {
            yield return Path.Combine(root, "lib/modules", release, "kernel");
            yield return Path.Combine(root, "usr/lib/modules", release, "kernel");
        }
        yield return $"/lib/modules/{release}/kernel";
    }

    /// <summary>The reason, as a sentence, that a file cannot be used; null when it can.</summary>
    private static string? WhyRejected(string path, string? buildId)
    {
        try
        {
            using var elf = ElfFile.Open(path);
            if (buildId is not null && elf.BuildId is { } found
                && !string.Equals(buildId, found, StringComparison.OrdinalIgnoreCase))
                return $"{path} belongs to another build: its build id is {found}, the requested one is {buildId}.";
            return elf.HasDebugInformation ? null : $"{path} has no debug information.";
        }
        catch (KernelMagnifierException error)
        {
            return error.Message;
        }
    }

    private static bool HasDebugInformation(string path) => WhyRejected(path, null) is null;

    /// <summary>
    /// Whether a text can be a release. It becomes part of paths and of commands to paste, so it may not contain anything else.
    /// </summary>
    private static bool IsRelease(string text)
        => text.Length is > 0 and < 128 && text[0] != '.'
            && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' or '+' or '~')
            && !text.Contains("..", StringComparison.Ordinal);
}
