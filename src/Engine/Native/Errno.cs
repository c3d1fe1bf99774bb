using System.Runtime.InteropServices;

namespace KernelMagnifier.Native;

/// <summary>Error numbers of Linux, the same on x86-64 and arm64 (errno(3)).</summary>
internal static class Errno
{
    /// <summary>EPERM.</summary>
    public const int NotPermitted = 1;

    /// <summary>ENOENT.</summary>
    public const int NoEntry = 2;

    /// <summary>EINTR.</summary>
    public const int Interrupted = 4;

    /// <summary>EIO.</summary>
    public const int InputOutput = 5;

    /// <summary>ENXIO: a FIFO that nobody reads.</summary>
    public const int NoDeviceOrAddress = 6;

    /// <summary>EAGAIN.</summary>
    public const int TryAgain = 11;

    /// <summary>ENOMEM.</summary>
    public const int NoMemory = 12;

    /// <summary>EACCES.</summary>
    public const int AccessDenied = 13;

    /// <summary>EBUSY.</summary>
    public const int Busy = 16;

    /// <summary>EEXIST.</summary>
    public const int Exists = 17;

    /// <summary>EXDEV.</summary>
    public const int CrossDevice = 18;

    /// <summary>ENOTDIR.</summary>
    public const int NotDirectory = 20;

    /// <summary>EINVAL.</summary>
    public const int Invalid = 22;

    /// <summary>EFBIG.</summary>
    public const int FileTooLarge = 27;

    /// <summary>ENOSPC.</summary>
    public const int NoSpace = 28;

    /// <summary>EROFS.</summary>
    public const int ReadOnlyFileSystem = 30;

    /// <summary>ENOSYS.</summary>
    public const int NoSystemCall = 38;

    /// <summary>ELOOP.</summary>
    public const int TooManyLinks = 40;

    /// <summary>EOPNOTSUPP.</summary>
    public const int NotSupported = 95;

    /// <summary>EDQUOT.</summary>
    public const int QuotaExceeded = 122;

    /// <summary>The error number of the calling thread's last call.</summary>
    public static int Last => Marshal.GetLastPInvokeError();

    /// <summary>The C library's description of an error number.</summary>
    public static string Describe(int error) => Marshal.GetPInvokeErrorMessage(error);

    /// <summary>Whether an error number means that the file system has no room left for the user.</summary>
    public static bool IsDiskFull(int error) => error is NoSpace or QuotaExceeded;

    /// <summary>An error number as an exception, with the number as its HResult, as .NET does it for its own calls.</summary>
    public static IOException ToException(int error) => new(Describe(error), error);

    /// <summary>The exception that .NET throws for an error number of open(2).</summary>
    public static Exception ToOpenException(int error) => error switch
    {
        NoEntry => new FileNotFoundException(Describe(error)),
        NotDirectory => new DirectoryNotFoundException(Describe(error)),
        AccessDenied or NotPermitted => new UnauthorizedAccessException(Describe(error)),
        _ => ToException(error),
    };
}
