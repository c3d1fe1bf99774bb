using System.Buffers.Binary;
using System.Globalization;
using KernelMagnifier.Symbols.Elf;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Symbols;

/// <summary>Where distributions put debug files, and what to install when they are not there.</summary>
internal static class DebugFiles
{
    /// <summary>The running kernel's release.</summary>
    public static string RunningRelease => ReadText("/proc/sys/kernel/osrelease")?.Trim() ?? Environment.OSVersion.Version.ToString();

    /// <summary>Finds a kernel's image with debug information.</summary>
    /// <exception cref="TraceException">There is none; the message says which package brings it.</exception>
    public static string FindKernel(SymbolMapOptions options, CancellationToken cancel)
    {
        var isRunning = options.KernelRelease is null || options.KernelRelease == RunningRelease;
        var release = options.KernelRelease ?? RunningRelease;
        if (!IsRelease(release)) throw new TraceException(release, "is not a kernel release. It is what uname -r prints, such as 6.1.0-56-amd64.");
        var buildId = options.BuildId ?? (isRunning ? RunningBuildId : null);
        var looked = new List<string>();
        string? without = null;
        foreach (var candidate in Candidates(release, buildId, options.DebugRoots))
        {
            looked.Add(candidate);
            if (!File.Exists(candidate)) continue;
            try
            {
                using var elf = ElfFile.Open(candidate);
                if (buildId is not null && elf.BuildId is not null && !string.Equals(buildId, elf.BuildId, StringComparison.OrdinalIgnoreCase))
                    without ??= $"{candidate} is of another build (build id {elf.BuildId}, wanted is {buildId}).";
                else if (elf.Find(".debug_info") is not null || elf.Find(".zdebug_info") is not null) return candidate;
                else without ??= $"{candidate} has no debug information.";
            }
            catch (KernelMagnifierException error)
            {
                without ??= error.Message;
            }
        }
        if (buildId is not null && Debuginfod.Fetch(buildId, options, cancel) is { } fetched) return fetched;
        throw new TraceException(release, $"the debug information of this kernel is not on this machine. {(without is null ? "" : without + " ")}{Advice(release)} "
            + $"Looked for {string.Join(", ", looked.Take(3))} and other usual places. A vmlinux elsewhere can be named by its path (-Path, -k).");
    }

    /// <summary>The modules' debug files of a kernel.</summary>
    /// <exception cref="TraceException">There are none.</exception>
    public static IReadOnlyList<string> FindModules(string kernel, string? release, SymbolMapOptions options)
    {
        var folders = new List<string>();
        if (options.ModuleFolder is not null) folders.Add(options.ModuleFolder);
        else
        {
            var beside = Path.GetDirectoryName(kernel)!;
            folders.Add(Path.Combine(beside, "kernel"));
            if (release is not null)
            {
                // A vmlinux in …/usr/lib/debug/boot has its modules in …/usr/lib/debug/lib/modules.
                if (Path.GetFileName(beside) == "boot") folders.Add(Path.Combine(Path.GetDirectoryName(beside) ?? "/", "lib/modules", release, "kernel"));
                foreach (var root in options.DebugRoots)
                {
                    folders.Add(Path.Combine(root, "lib/modules", release, "kernel"));
                    folders.Add(Path.Combine(root, "usr/lib/modules", release, "kernel"));
                }
                folders.Add($"/lib/modules/{release}/kernel");
            }
        }
        foreach (var folder in folders)
        {
            if (!Directory.Exists(folder)) continue;
            var files = Directory.EnumerateFiles(folder, "*.ko*", new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true, MaxRecursionDepth = 32 })
                .Where(f => f.EndsWith(".ko", StringComparison.Ordinal) || f.EndsWith(".ko.debug", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal).ToList();
            if (files.Count == 0) continue;
            if (options.ModuleFolder is null && !files.Take(5).Any(HasDebugInformation)) continue;
            return files;
        }
        throw new TraceException(options.ModuleFolder ?? release ?? kernel,
            $"no modules with debug information were found. Looked in {string.Join(", ", folders)}. {(release is null ? "Name their folder (-ModuleFolder, --modules)." : Advice(release))}");
    }

    /// <summary>What the files look like now: any change makes another text.</summary>
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
            // It was there a moment ago: an update of the package replaces it.
            throw new TraceException(name, $"cannot be read any more: {error.Message}", inner: error);
        }
    }

    /// <summary>The release that the place of a file tells: <c>vmlinux-6.1.0-56-amd64</c>, <c>modules/6.1.0-56-amd64/</c>.</summary>
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

    /// <summary>The running kernel's build id, from the notes it shows everyone.</summary>
    private static string? RunningBuildId
    {
        get
        {
            try
            {
                return File.Exists("/sys/kernel/notes") ? BuildIdIn(File.ReadAllBytes("/sys/kernel/notes")) : null;
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                return null;
            }
        }
    }

    /// <summary>The GNU build id among ELF notes (Elf64_Nhdr: sizes of name and content, type; then both, each padded to 4), or null.</summary>
    public static string? BuildIdIn(ReadOnlySpan<byte> notes)
    {
        for (long at = 0; at + 12 <= notes.Length;)
        {
            var head = notes[(int)at..];
            var nameSize = BinaryPrimitives.ReadUInt32LittleEndian(head);
            var size = BinaryPrimitives.ReadUInt32LittleEndian(head[4..]);
            var kind = BinaryPrimitives.ReadUInt32LittleEndian(head[8..]);
            var content = at + 12 + ((nameSize + 3L) & ~3L);
            if (content + size > notes.Length) return null;
            if (kind == 3 && nameSize == 4 && size is >= 4 and <= 64 && notes.Slice((int)at + 12, 4).SequenceEqual("GNU\0"u8))
                return Convert.ToHexStringLower(notes.Slice((int)content, (int)size));
            at = content + ((size + 3L) & ~3L);
        }
        return null;
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

    private static bool HasDebugInformation(string path)
    {
        try
        {
            using var elf = ElfFile.Open(path);
            return elf.Find(".debug_info") is not null || elf.Find(".zdebug_info") is not null;
        }
        catch (KernelMagnifierException)
        {
            return false;
        }
    }

    /// <summary>Which package brings the debug files of a kernel, by how its release is spelled, and by this machine's distribution.</summary>
    internal static string Advice(string release, string? osRelease = null)
    {
        osRelease ??= ReadText("/etc/os-release") ?? "";
        var ids = osRelease.Split('\n').Where(l => l.StartsWith("ID=", StringComparison.Ordinal) || l.StartsWith("ID_LIKE=", StringComparison.Ordinal))
            .SelectMany(l => l[(l.IndexOf('=', StringComparison.Ordinal) + 1)..].Trim('"', '\'').Split(' ')).ToHashSet();
        var debuginfod = " Or name a debuginfod server in DEBUGINFOD_URLS.";
        if (release.Contains(".fc", StringComparison.Ordinal) || ids.Contains("fedora"))
            return $"The package kernel-debuginfo brings it: dnf debuginfo-install kernel-{release}.{debuginfod}";
        if (release.Contains(".el", StringComparison.Ordinal) || ids.Contains("rhel"))
            return $"The package kernel-debuginfo brings it: debuginfo-install kernel-{release}.{debuginfod}";
        if (ids.Contains("ubuntu") || release.EndsWith("-generic", StringComparison.Ordinal))
            return $"The package linux-image-unsigned-{release}-dbgsym of ddebs.ubuntu.com brings it: apt-get install linux-image-unsigned-{release}-dbgsym.{debuginfod}";
        if (ids.Contains("suse") || ids.Contains("opensuse") || release.EndsWith("-default", StringComparison.Ordinal))
            return $"The package kernel-default-debuginfo brings it: zypper install kernel-default-debuginfo.{debuginfod}";
        if (ids.Contains("arch")) return $"Arch Linux serves it by debuginfod: export DEBUGINFOD_URLS=https://debuginfod.archlinux.org";
        if (ids.Contains("debian")) return $"The package linux-image-{release}-dbg brings it: apt-get install linux-image-{release}-dbg.{debuginfod}";
        return $"The debug package of the kernel brings it (Debian: linux-image-{release}-dbg; Fedora: kernel-debuginfo; Ubuntu: linux-image-unsigned-{release}-dbgsym).{debuginfod}";
    }

    /// <summary>A release becomes part of paths and of advice: nothing in it may lead elsewhere.</summary>
    private static bool IsRelease(string text)
        => text.Length is > 0 and < 128 && text[0] != '.' && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' or '+' or '~') && !text.Contains("..", StringComparison.Ordinal);

    private static string? ReadText(string path)
    {
        try
        {
            return File.Exists(path) ? File.ReadAllText(path) : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
