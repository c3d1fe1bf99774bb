using System.Globalization;
using KernelMagnifier.Symbols.Elf;

namespace KernelMagnifier.Symbols;

/// <summary>Finds debug files where distributions install them.</summary>
internal static class DebugFiles
{
    private static readonly EnumerationOptions Recursive
        = new() { RecurseSubdirectories = true, IgnoreInaccessible = true, MaxRecursionDepth = 32 };

    private static readonly EnumerationOptions OneLevel = new() { IgnoreInaccessible = true };

    /// <summary>Finds the image of a kernel with debug information.</summary>
    /// <exception cref="KernelMagnifierException">There is none; the recommended action names the package that has
    /// it.</exception>
    public static string FindKernel(KernelRequest kernel, SymbolMapOptions options, CancellationToken cancel)
    {
        var candidates = Candidates(kernel, options.DebugRoots).ToList();
        string? rejected = null;
        foreach (var candidate in candidates)
        {
            if (!File.Exists(candidate)) continue;
            if (WhyRejected(candidate, kernel) is not { } reason) return candidate;
            rejected ??= reason;
        }
        if (options.BuildId is not null && OfBuild(kernel.BuildId!, options.DebugRoots, cancel) is { } found) return found;
        if (kernel.BuildId is { } buildId && Debuginfod.Fetch(buildId, options, cancel) is { } fetched) return fetched;
        throw NotFound(kernel, options, candidates, rejected);
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
            if (options.ModuleFolder is null && !files.Take(5).Any(f => WhyRejected(f, new(null, null)) is null)) continue;
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
            return text.Length > 0 && char.IsAsciiDigit(text[0]) && ImageRelease.IsValid(text) ? text : null;
        }
    }

    private static IEnumerable<string> Candidates(KernelRequest kernel, IReadOnlyList<string> roots)
    {
        var (release, buildId) = kernel;
        foreach (var root in roots)
        {
            if (release is not null)
                foreach (var suffix in (string[])["", ".debug"])
                {
                    yield return Path.Combine(root, "boot", $"vmlinux-{release}{suffix}");
                    yield return Path.Combine(root, "lib/modules", release, $"vmlinux{suffix}");
                    yield return Path.Combine(root, "usr/lib/modules", release, $"vmlinux{suffix}");
                }
            if (buildId is not null) yield return Path.Combine(root, ".build-id", buildId[..2], buildId[2..] + ".debug");
        }
        if (release is null) yield break;
        yield return $"/lib/modules/{release}/build/vmlinux";
        yield return $"/lib/modules/{release}/source/vmlinux";
        yield return $"/usr/lib/modules/{release}/vmlinux";
        yield return $"/boot/vmlinux-{release}";
    }

    /// <summary>Finds an image by its build id among those of all releases; null when there is none.</summary>
    private static string? OfBuild(string buildId, IReadOnlyList<string> roots, CancellationToken cancel)
    {
        foreach (var file in roots.Append("/").SelectMany(Images))
        {
            cancel.ThrowIfCancellationRequested();
            if (WhyRejected(file, new(null, buildId), mustHaveId: true) is null) return file;
        }
        return null;
    }

    /// <summary>The images of kernels below a root.</summary>
    private static IEnumerable<string> Images(string root)
    {
        var inBoot = Entries(Path.Combine(root, "boot"), "vmlinux-*");
        var inModules = ((string[])["lib/modules", "usr/lib/modules"])
            .SelectMany(place => Entries(Path.Combine(root, place), "*"))
            .SelectMany(directory => Entries(directory, "vmlinux*"));
        return inBoot.Concat(inModules).Where(File.Exists);

        static IEnumerable<string> Entries(string directory, string pattern)
            => Directory.Exists(directory)
                ? Directory.EnumerateFileSystemEntries(directory, pattern, OneLevel).Order(StringComparer.Ordinal) : [];
    }

    private static KernelMagnifierException NotFound(KernelRequest kernel, SymbolMapOptions options,
        IReadOnlyList<string> candidates, string? rejected)
    {
        var hasServers = Debuginfod.Servers(options).Length > 0;
        var cause = $"the debug information of this kernel is not on this machine.{(rejected is null ? "" : " " + rejected)} "
            + $"The search included {string.Join(", ", candidates.Take(3))} and other usual locations.";
        // With a build id, a server would have been asked.
        if (hasServers)
            cause += " No debuginfod server was asked: servers find a kernel by its build id, and that of this release is not "
                + "known.";
        var package = kernel.Release is { } release ? DebugPackage.Recommend(release)
            : "Install the debug package of the kernel with this build id.";
        var server = kernel.BuildId is not null ? "Or specify a debuginfod server in DEBUGINFOD_URLS."
            : $"Or specify its build id{(hasServers ? "" : " and a debuginfod server in DEBUGINFOD_URLS")}.";
        return new KernelMagnifierException(ErrorCode.DebugInformationNotFound, kernel.Name, cause,
            $"{package} {server} Or specify the path of a vmlinux.");
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
    private static string? WhyRejected(string path, KernelRequest kernel, bool mustHaveId = false)
    {
        try
        {
            using var elf = ElfFile.Open(path);
            if (kernel.BuildId is { } wanted && (elf.BuildId is not null || mustHaveId)
                && !BuildIds.AreEqual(wanted, elf.BuildId))
                return $"{path} belongs to another build: its build id is {elf.BuildId}, the requested one is {wanted}.";
            if (kernel.Release is { } release && ImageRelease.Of(elf) is { } own && own != release)
                return $"{path} belongs to another kernel: its release is {own}, the requested one is {release}.";
            return elf.HasDebugInformation ? null : $"{path} has no debug information.";
        }
        catch (KernelMagnifierException error)
        {
            return error.Message;
        }
    }
}
