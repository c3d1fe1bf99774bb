using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using KernelMagnifier.Model;

namespace KernelMagnifier.Traces.TraceDat;

/// <summary>
/// A direct-mapped cache from (function address, caller address) to both function ids. A call site nearly always calls the same
/// function, so one lookup usually yields both ids. Sized to fit the second-level cache; a miss looks up each address on its own.
/// </summary>
internal sealed class CallSites(FunctionIds functions)
{
    private const int Bits = 13;

    private readonly Site[] _sites = new Site[1 << Bits];

    // Two per cache line.
    [StructLayout(LayoutKind.Sequential, Size = 32)]
    private struct Site
    {
        public ulong Function;
        public ulong Caller;
        public int FunctionId;
        public int CallerId;
    }

    /// <summary>Sets the function and the caller of a call.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Fill(ref CallRecord call, ulong function, ulong caller)
    {
        ref var site = ref _sites[(int)((caller ^ (function << 20)) * 0x9E3779B97F4A7C15 >> (64 - Bits))];
        // Ids start at 1, so an empty site matches no call, not even a call from address 0 to address 0.
        if (site.Caller != caller || site.Function != function || site.FunctionId == 0) Learn(ref site, function, caller);
        (call.Function, call.Caller) = (site.FunctionId, site.CallerId);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Learn(ref Site site, ulong function, ulong caller)
        => site = new Site
        {
            Function = function,
            Caller = caller,
            FunctionId = functions[function],
            CallerId = functions[caller],
        };
}
