using System.Buffers.Binary;
using System.Runtime.InteropServices;
using KernelMagnifier.Compression;
using KernelMagnifier.Engine.Tests.TraceDat;
using KernelMagnifier.Model;
using KernelMagnifier.Traces.Reading;
using KernelMagnifier.Traces.TraceDat;

namespace KernelMagnifier.Fuzzing;

/// <summary>Format files of events and of the ring buffer page. An input has several, separated by null bytes.</summary>
internal sealed class EventFormatTarget() : FuzzTarget("event-format")
{
    protected override void Read(ReadOnlySpan<byte> input)
    {
        var events = new EventFormats();
        var all = 0;
        foreach (var range in input.Split((byte)0))
        {
            var text = input[range];
            if (events.Add(text.ToArray(), (all & 1) == 0 ? EventFormats.Ftrace : "sched")) all++;
            try
            {
                var page = RingBufferPageLayout.Parse(text, 8);
                Check(page.Timestamp >= 0 && page.Timestamp + 8 <= page.Data && page.Commit >= 0
                    && page.Commit + page.LongSize <= page.Data && page.Data <= 256, $"a page with {page}");
            }
            catch (DatDamage)
            {
                // An invalid page format is rejected.
            }
        }
        Check(events.Count is >= 0 and <= 65_536, $"{events.Count} event formats");
        foreach (var one in new[] { events.Function, events.FunctionGraphEntry, events.FunctionGraphReturnAddressEntry, events.FunctionGraphExit })
        {
            if (one is null) continue;
            Check(events.Name(one.Id) is not null, $"event {one.Id} has no name");
            foreach (var field in new[] { one.Function, one.Caller, one.Depth, one.CallTime, one.ReturnTime })
                Check(!field.Exists || (field.IsNumber && field.End <= one.Length),
                    $"field {field} of a record of {one.Length} bytes");
        }
        if (events.Type.Exists)
            Check(events.Type.End <= events.CommonLength && (!events.Pid.Exists || events.Pid.End <= events.CommonLength),
                $"common fields of {events.CommonLength} bytes");
    }
}
