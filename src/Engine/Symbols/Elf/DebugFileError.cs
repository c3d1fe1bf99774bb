using KernelMagnifier.Files;

namespace KernelMagnifier.Symbols.Elf;

/// <summary>Creates the errors of debug files that several readers raise.</summary>
internal static class DebugFileError
{
    /// <summary>The content of the file violates its format.</summary>
    public static KernelMagnifierException Damaged(string path, Exception error)
        => new(ErrorCode.DebugInformationUnreadable, path, $"the file is damaged: {error.Message}.",
            "Install or copy the file again.", error);

    /// <summary>The debug information of the file is damaged.</summary>
    public static KernelMagnifierException DamagedInformation(string path, string? damage, Exception? error = null)
        => new(ErrorCode.DebugInformationUnreadable, path, $"the debug information is damaged: {damage}.",
            "Install or copy the file again.", error);

    /// <summary>The file cannot be opened or read.</summary>
    public static KernelMagnifierException Unreadable(string path, Exception error) => error switch
    {
        FileNotFoundException or DirectoryNotFoundException
            => new(ErrorCode.DebugInformationNotFound, path, "there is no such file.",
                "Specify a kernel's vmlinux or a module (.ko, .debug).", error),
        UnauthorizedAccessException
            => new(ErrorCode.DebugInformationNotPermitted, path, "the permissions of the file do not allow it to be read.",
                "Read it as its owner, or change its permissions with chmod.", error),
        NotRegularException
            => new(ErrorCode.DebugInformationUnreadable, path, "this is not a regular file.",
                "Specify a kernel's vmlinux or a module (.ko, .debug).", error),
        _ => new(ErrorCode.DebugInformationUnreadable, path, $"the file cannot be read: {error.Message}",
            "Check the disk, or copy the file again.", error),
    };
}
