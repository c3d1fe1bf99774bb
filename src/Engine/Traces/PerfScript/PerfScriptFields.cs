namespace KernelMagnifier.Traces.PerfScript;

/// <summary>The fields that the first line of a sample can start with, in this order (<c>perf script -F</c>).</summary>
[Flags]
internal enum PerfScriptFields
{
    /// <summary>Only the event.</summary>
    None = 0,

    /// <summary><c>bash</c></summary>
    Comm = 1,

    /// <summary><c>310</c>, or <c>300/310</c> for process and thread.</summary>
    Pid = 2,

    /// <summary><c>[001]</c>; lines with a time can lack it.</summary>
    Cpu = 4,

    /// <summary><c>22.233957:</c>, or with nine decimals.</summary>
    Time = 8,
}
