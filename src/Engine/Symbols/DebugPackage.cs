namespace KernelMagnifier.Symbols;

/// <summary>Recommends the package that has the debug files of a kernel.</summary>
internal static class DebugPackage
{
    private const string Or = " Or specify a debuginfod server in DEBUGINFOD_URLS.";

    /// <summary>
    /// The recommendation, as a sentence. It depends on the spelling of the release and on the distribution of this machine.
    /// </summary>
    /// <param name="release">The kernel release.</param>
    /// <param name="osRelease">The content of os-release(5); null for that of this machine.</param>
    public static string Recommend(string release, string? osRelease = null)
    {
        osRelease ??= TextFile.Read("/etc/os-release") ?? "";
        var ids = osRelease.Split('\n')
            .Where(l => l.StartsWith("ID=", StringComparison.Ordinal) || l.StartsWith("ID_LIKE=", StringComparison.Ordinal))
            .SelectMany(l => l[(l.IndexOf('=', StringComparison.Ordinal) + 1)..].Trim('"', '\'').Split(' ')).ToHashSet();
        if (release.Contains(".fc", StringComparison.Ordinal) || ids.Contains("fedora"))
            return $"Install the package kernel-debuginfo: dnf debuginfo-install kernel-{release}.{Or}";
        if (release.Contains(".el", StringComparison.Ordinal) || ids.Contains("rhel"))
            return $"Install the package kernel-debuginfo: debuginfo-install kernel-{release}.{Or}";
        if (ids.Contains("ubuntu") || release.EndsWith("-generic", StringComparison.Ordinal))
            return $"Install the package linux-image-unsigned-{release}-dbgsym from ddebs.ubuntu.com: "
                + $"apt-get install linux-image-unsigned-{release}-dbgsym.{Or}";
        if (ids.Contains("suse") || ids.Contains("opensuse") || release.EndsWith("-default", StringComparison.Ordinal))
            return $"Install the package kernel-default-debuginfo: zypper install kernel-default-debuginfo.{Or}";
        if (ids.Contains("arch"))
            return "Use the debuginfod server of Arch Linux: export DEBUGINFOD_URLS=https://debuginfod.archlinux.org";
        if (ids.Contains("debian"))
            return $"Install the package linux-image-{release}-dbg: apt-get install linux-image-{release}-dbg.{Or}";
        return $"Install the debug package of the kernel (Debian: linux-image-{release}-dbg; Fedora: kernel-debuginfo; "
            + $"Ubuntu: linux-image-unsigned-{release}-dbgsym).{Or}";
    }
}
