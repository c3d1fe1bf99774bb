using System.Buffers.Text;
using System.Diagnostics;
using KernelMagnifier.Native;
using KernelMagnifier.Recording;

namespace KernelMagnifier.Measuring;

/// <summary>What a measurement costs: CPU time, memory and time.</summary>
/// <param name="isDedicated">Whether the process does nothing else. If not, the CPU time is that of the calling thread.</param>
internal sealed class CostMeter(bool isDedicated)
{
    private readonly long _began = Stopwatch.GetTimestamp();
    private readonly TimeSpan _cpuBefore
        = isDedicated ? TimeSpan.Zero : ProcessCalls.ThreadCpuTime() + ProcessCalls.ChildrenCpuTime();
    private readonly long _memoryBefore = isDedicated ? 0 : ResidentNow() ?? 0;

    /// <summary>The CPU time so far, with that of the programs that were started.</summary>
    public TimeSpan CpuTime
        => (isDedicated ? ProcessCalls.ProcessCpuTime() : ProcessCalls.ThreadCpuTime())
            + ProcessCalls.ChildrenCpuTime() - _cpuBefore;

    /// <summary>The time so far.</summary>
    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(_began);

    /// <summary>
    /// The resident memory of the process now, in a shared one what it has more than before; null if not known.
    /// </summary>
    public long? Resident => ResidentNow() - _memoryBefore;

    /// <summary>The cost until now.</summary>
    /// <param name="bytesRead">The bytes read from the kernel's buffers.</param>
    /// <param name="bufferMemory">The memory of the kernel's buffers.</param>
    public MeasurementCost Read(long bytesRead, long bufferMemory) => new()
    {
        CpuTime = CpuTime,
        WallTime = isDedicated ? Age() ?? Elapsed : Elapsed,
        PeakMemory = isDedicated ? Status("VmHWM:"u8) : null,
        BytesRead = bytesRead,
        BufferMemory = bufferMemory,
    };

    private static TimeSpan? Age()
    {
        try
        {
            using var self = Process.GetCurrentProcess();
            return DateTime.Now - self.StartTime;
        }
        catch (Exception e) when (e is InvalidOperationException or System.ComponentModel.Win32Exception or NotSupportedException)
        {
            return null;
        }
    }

    private static long? ResidentNow() => Status("VmRSS:"u8);

    /// <summary>A line of <c>/proc/self/status</c>, in bytes.</summary>
    private static long? Status(ReadOnlySpan<byte> name)
    {
        ReadOnlySpan<byte> text = TraceFs.ReadBytes("/proc/self/status").Bytes;
        var at = text.IndexOf(name);
        return at >= 0 && Utf8Parser.TryParse(text[(at + name.Length)..].TrimStart(" \t"u8), out long kilobytes, out _)
            ? kilobytes * 1024
            : null;
    }
}
