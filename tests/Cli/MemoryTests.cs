using System.Globalization;

namespace KernelMagnifier.Cli.Tests;

public class MemoryTests
{
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
