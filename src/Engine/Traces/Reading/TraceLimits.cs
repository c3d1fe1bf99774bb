using KernelMagnifier.Model;

namespace KernelMagnifier.Traces.Reading;

/// <summary>Limits of the kernel that no value in a recording can exceed.</summary>
internal static class TraceLimits
{
    /// <summary>
    /// CPU numbers are below this. A CPU number comes from the recording, so it is checked before it sizes an array.
    /// </summary>
    public const int MaxCpus = CallLimits.MostCpus;

    /// <summary>Bytes of a comm: <c>TASK_COMM_LEN</c> without the null byte.</summary>
    public const int LongestComm = 15;
}
