using KernelMagnifier.Logs;
using KernelMagnifier.Measuring;
using KernelMagnifier.Text;

namespace KernelMagnifier.Tables;

/// <summary>Records of measurements as rows.</summary>
internal static class LogColumns
{
    /// <summary>Adds the value of a column behind the common ones.</summary>
    public static void Copy(Measurement record, int column, TableChunk chunk)
    {
        switch (column)
        {
            case 0: chunk.Add(record.Id.ToString("D")); break;
            case 1: chunk.Add((record.StartTime.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) * TimeSpan.NanosecondsPerTick); break;
            case 2: chunk.Add(Nanoseconds(record.Duration)); break;
            case 3: chunk.Add(record.Status); break;
            case 4: chunk.Add(record.Reason); break;
            case 5: chunk.Add(record.Schedule); break;
            case 6: chunk.Add(record.Epoch?.ToString("D")); break;
            case 7: chunk.Add(record.Sequence); break;
            case 8: chunk.Add(record.MachineId); break;
            case 9: chunk.Add(record.BootId); break;
            case 10: chunk.Add(record.KernelRelease); break;
            case 11: chunk.Add(record.Machine); break;
            case 12: chunk.Add(record.Cpus); break;
            case 13: chunk.Add(record.Method); break;
            case 14: chunk.Add(record.Events); break;
            case 15: chunk.Add(record.LostEvents); break;
            case 16: chunk.Add(Nanoseconds(record.Cost?.CpuTime)); break;
            case 17: chunk.Add(Nanoseconds(record.Cost?.WallTime)); break;
            default: chunk.Add((ReadOnlySpan<byte>)MeasurementJson.ToLine(record)); break;
        }
    }

    private static long? Nanoseconds(TimeSpan? span) => span is { } known ? DurationText.Nanoseconds(known) : null;
}
