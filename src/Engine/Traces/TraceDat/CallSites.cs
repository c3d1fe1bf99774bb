using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using KernelMagnifier.Model;

namespace KernelMagnifier.Traces.TraceDat;

/// <summary>
/// The calls met last, by both their addresses: a call site nearly always calls the same function, so that one look gives both ids.
/// Small enough for the second-level cache; who is not in it is looked up one by one.
/// </summary>
internal sealed class CallSites(FunctionIds functions)
{
    private const int Bits = 13;

    private readonly Site[] _sites = new Site[1 << Bits];

    // Two to a cache line.
    [StructLayout(LayoutKind.Sequential, Size = 32)]
    private struct Site
    {
        public ulong Function;
        public ulong Caller;
        public int FunctionId;
        public int CallerId;
    }

    /// <summary>Sets a call's function and caller.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Fill(ref CallRecord call, ulong function, ulong caller)
    {
        ref var site = ref _sites[(int)((caller ^ (function << 20)) * 0x9E3779B97F4A7C15 >> (64 - Bits))];
        // Ids begin at 1, so a site that was never filled matches no call, not even one of address 0 from 0.
        if (site.Caller != caller || site.Function != function || site.FunctionId == 0) Learn(ref site, function, caller);
        (call.Function, call.Caller) = (site.FunctionId, site.CallerId);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Learn(ref Site site, ulong function, ulong caller)
        => site = new Site { Function = function, Caller = caller, FunctionId = functions[function], CallerId = functions[caller] };
}
