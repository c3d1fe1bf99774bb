namespace KernelMagnifier.Logs;

/// <summary>
/// The names of architectures: those of OpenTelemetry's attribute <c>host.arch</c>, and those of <c>uname -m</c>. A machine that
/// OpenTelemetry has no name for keeps its own.
/// </summary>
internal static class HostArchitecture
{
    /// <summary>The architecture of a machine.</summary>
    public static string Of(string machine) => machine switch
    {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        "armv7l" or "armv6l" or "armv8l" or "arm" => "arm32",
        "i686" or "i386" or "i486" or "i586" => "x86",
        "ppc64le" or "ppc64" => "ppc64",
        "ppc" => "ppc32",
        _ => machine,
    };

    /// <summary>The usual machine of an architecture.</summary>
    public static string MachineOf(string architecture) => architecture switch
    {
        "amd64" => "x86_64",
        "arm64" => "aarch64",
        "arm32" => "armv7l",
        "x86" => "i686",
        "ppc64" => "ppc64le",
        "ppc32" => "ppc",
        _ => architecture,
    };
}
