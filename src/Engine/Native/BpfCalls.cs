using System.Runtime.InteropServices;

namespace KernelMagnifier.Native;

/// <summary>The bpf(2) calls that are needed to count what BPF programs cost. None loads or attaches anything.</summary>
internal static unsafe partial class BpfCalls
{
    private const int EnableStatistics = 32; // BPF_ENABLE_STATS
    private const int AttributesSize = 128;

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint Call(nint number, nint first, byte* second, nint third);

    /// <summary>
    /// Makes the kernel count the run time and the runs of all BPF programs until the descriptor is closed. (BPF_STATS_RUN_TIME,
    /// since
    /// Linux 5.8.)
    /// </summary>
    /// <returns>A descriptor, or a negative error number: <see cref="Errno.NotPermitted"/> if this process may not use
    /// BPF.</returns>
    public static int CountRunTime()
    {
        var number = RuntimeInformation.ProcessArchitecture switch
        {
            Architecture.X64 => 321,
            Architecture.Arm64 => 280,
            _ => -1,
        };
        if (number < 0) return -Errno.NoSystemCall;
        var attributes = stackalloc byte[AttributesSize];
        new Span<byte>(attributes, AttributesSize).Clear();
        var file = Call(number, EnableStatistics, attributes, AttributesSize);
        return file >= 0 ? (int)file : -Errno.Last;
    }
}
