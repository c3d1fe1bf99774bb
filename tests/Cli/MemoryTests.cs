using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace KernelMagnifier.Cli.Tests;

public partial class MemoryTests
{
    [GeneratedRegex("(?<=print fmt: )[^\n]*")]
    private static partial Regex PrintFormat();

    /// <summary>A format file can ask for a quarter of a megabyte of text for each record.</summary>
    [SharedDataFact]
    public void WideTextsOfEventsAreMadeInBoundedMemory()
    {
        using var folder = Tool.Folder();
        var file = File.ReadAllBytes(SharedData.Unpacked(SharedData.Shared("latency/sched-nocomp.dat.zst")));
        // Each format keeps its length, because sections have theirs.
        var hostile = PrintFormat().Replace(Encoding.Latin1.GetString(file), match =>
        {
            var conversions = Math.Max(0, (match.Length - 8) / 9);
            var format = $"\"{string.Concat(Enumerable.Repeat("%4096d", conversions))}\"{string.Concat(Enumerable.Repeat(", 1", conversions))}";
            return conversions < 2 ? match.Value : format.PadRight(match.Length);
        });
        File.WriteAllText(folder["wide.dat"], hostile, Encoding.Latin1);
        var outcome = Tool.Bash($"DOTNET_GCHeapHardLimit=0x10000000 kernel-magnifier events '{folder["wide.dat"]}' --event sched:sched_switch --top 100");
        Assert.True(outcome.Exit == 0, outcome.Error);
        Assert.True(outcome.Out.Length > 100 * 200_000, $"{outcome.Out.Length}");
    }

    /// <summary>Pipes 600 MB of text into the tool and reads the peak resident memory before the input ends.</summary>
    [Fact]
    public async Task ALongRecordingIsCountedInBoundedMemory()
    {
        const long Size = 600L << 20;
        using var decompressed = new MemoryStream();
        using (var zstd = Tool.StartBash($"zstd -dc '{Tool.Small}'")) zstd.StandardOutput.BaseStream.CopyTo(decompressed);
        // Whole lines only, so that copies can be concatenated.
        var text = decompressed.ToArray().AsSpan(0, decompressed.ToArray().AsSpan().LastIndexOf((byte)'\n') + 1).ToArray();
        using var process = Tool.StartBash("kernel-magnifier calls - --csv", input: true);
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEndAsync();
        long written = 0, copies = 0;
        for (; written < Size; written += text.Length, copies++) process.StandardInput.BaseStream.Write(text);
        process.StandardInput.BaseStream.Flush();
        var peak = File.ReadLines($"/proc/{process.Id}/status").First(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, await error);
        Assert.InRange(long.Parse(peak[6..^2].Trim(), CultureInfo.InvariantCulture), 1, 200_000);
        var rows = (await output).Split('\n').Skip(1).Where(l => l.Length > 0);
        var calls = rows.Sum(l => long.Parse(l.Split(',')[1], CultureInfo.InvariantCulture));
        Assert.Equal(47_748 * copies, calls);
    }
}
