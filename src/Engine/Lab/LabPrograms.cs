using KernelMagnifier.Files;

namespace KernelMagnifier.Lab;

/// <summary>Programs for bpftrace that are given as files.</summary>
internal static class LabPrograms
{
    private const int LargestProgram = 256 * 1024;

    /// <summary>Whether the name of a probe is that of a file.</summary>
    public static bool IsPath(string name) => name.Contains('/', StringComparison.Ordinal)
        || name.EndsWith(".bt", StringComparison.Ordinal);

    /// <summary>Reads a program.</summary>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.ProbeNotFound"/> or
    /// <see cref="ErrorCode.ProbeUnreadable"/>.</exception>
    public static TrialProgram Read(string path)
    {
        if (!File.Exists(path)) throw new KernelMagnifierException(ErrorCode.ProbeNotFound, path, "this program does not exist.");
        using var file = InputHandle.OpenRegular(path);
        if (RandomAccess.GetLength(file) > LargestProgram)
            throw new KernelMagnifierException(ErrorCode.ProbeUnreadable, path, "the program is larger than 256 KB.");
        var name = string.Concat(Path.GetFileNameWithoutExtension(path).Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-'));
        return new TrialProgram(name, File.ReadAllBytes(path), []);
    }
}
