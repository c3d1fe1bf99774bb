using System.Text.RegularExpressions;

namespace KernelMagnifier.Symbols;

/// <summary>
/// Recommends the package that has the debug files of a kernel. Only a release that a distribution spells so has one.
/// </summary>
internal static partial class DebugPackage
{
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
        if (Fedora().IsMatch(release))
            return $"Install the package kernel-debuginfo: dnf debuginfo-install kernel-{release}.";
        if (RedHat().IsMatch(release))
            return $"Install the package kernel-debuginfo: debuginfo-install kernel-{release}.";
        if (Debian().IsMatch(release))
            return $"Install the package linux-image-{release}-dbg: apt-get install linux-image-{release}-dbg.";
        if (Ubuntu().IsMatch(release) && (ids.Contains("ubuntu") || release.EndsWith("-generic", StringComparison.Ordinal)))
            return $"Install the package linux-image-unsigned-{release}-dbgsym from ddebs.ubuntu.com: "
                + $"apt-get install linux-image-unsigned-{release}-dbgsym.";
        if (Suse().Match(release) is { Success: true } suse)
        {
            var package = $"kernel-{suse.Groups[1].Value}-debuginfo";
            return $"Install the package {package}: zypper install {package}.";
        }
        if (Arch().IsMatch(release))
            return "Use the debuginfod server of Arch Linux: export DEBUGINFOD_URLS=https://debuginfod.archlinux.org";
        return "No distribution is known to have a package for a kernel of this name: use the vmlinux in the directory where the "
            + "kernel was built.";
    }

    // 6.1.0-56-amd64, 6.1.0-56-cloud-amd64, 6.12.48+deb13-arm64, 6.16.3+deb14-rt-amd64, 6.1.0-0.deb11.7-amd64
    [GeneratedRegex(@"^\d+\.\d+(\.\d+)?([-+~][a-z0-9.~+]+)?(-rt|-cloud)?-(amd64|arm64(-16k)?|686(-pae)?|armmp(-lpae)?|"
        + @"powerpc64le(-64k)?|ppc64el|s390x|riscv64|loong64|mips64el|4kc-malta|5kc-malta|loongson-3|octeon|marvell|rpi)$")]
    private static partial Regex Debian();

    // 6.8.0-31-generic, 6.5.0-1014-aws, 5.15.0-100-lowlatency-64k
    [GeneratedRegex(@"^\d+\.\d+\.\d+-\d+-[a-z][a-z0-9-]*$")]
    private static partial Regex Ubuntu();

    // 6.14.4-300.fc42.x86_64
    [GeneratedRegex(@"^\d+\.\d+\.\d+-.+\.fc\d+\.[a-z0-9_]+(\+debug)?$")]
    private static partial Regex Fedora();

    // 5.14.0-427.13.1.el9_4.x86_64
    [GeneratedRegex(@"^\d+\.\d+\.\d+-.+\.el\d+[a-z0-9_.]*\.[a-z0-9_]+([+.][a-z0-9]+)?$")]
    private static partial Regex RedHat();

    // 6.4.0-150600.21-default
    [GeneratedRegex(@"^\d+\.\d+\.\d+-[0-9.]+-(default|azure|rt|preempt|64kb|debug|kvmsmall|vanilla|longterm)$")]
    private static partial Regex Suse();

    // 6.14.4-arch1-1, 6.12.25-1-lts, 6.14.4-zen1-1-zen
    [GeneratedRegex(@"^\d+\.\d+(\.\d+)?-(arch\d+-\d+|\d+-lts|zen\d+-\d+-zen|hardened\d+-\d+-hardened)$")]
    private static partial Regex Arch();
}
