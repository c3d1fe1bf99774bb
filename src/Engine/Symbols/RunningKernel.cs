using KernelMagnifier.Symbols.Elf;

namespace KernelMagnifier.Symbols;

/// <summary>The kernel of this machine.</summary>
internal static class RunningKernel
{
    /// <summary>The release (<c>uname -r</c>).</summary>
    public static string Release
        => TextFile.Read("/proc/sys/kernel/osrelease")?.Trim() ?? Environment.OSVersion.Version.ToString();

    /// <summary>The GNU build id in lower-case hexadecimal; null when the kernel has none or does not show it.</summary>
    public static string? BuildId => ElfNotes.BuildIdOfFile("/sys/kernel/notes");

    /// <summary>The GNU build id of a loaded module; null when it is not loaded, or has none.</summary>
    /// <param name="module">The kernel's name of the module.</param>
    public static string? BuildIdOfModule(string module)
        => ElfNotes.BuildIdOfFile($"/sys/module/{module}/notes/.note.gnu.build-id");
}
