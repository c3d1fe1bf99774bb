using System.Globalization;

namespace KernelMagnifier.Cli.Tests.Faults;

/// <summary>Recordings on failing disks, and recordings that change while they are read.</summary>
public class InputFaultTests
{
    private const long Sector = 4096;

    [Theory]
    [InlineData(1 << 20)]
    [InlineData((1 << 20) - 4096)]
    [InlineData(2_000_000 / 4096 * 4096)]
    [InlineData(64 * 1024)]
    public void AnUnreadableSectorLosesOnlyItsLines(long at)
    {
        var whole = Rows("");
        var outcome = Native.Bash($"{FailingCalls.Of("read", Path.GetFileName(Native.Text), at, at + Sector)} kernel-magnifier events '{Native.Text}' --csv").Succeeds();
        Assert.Contains(
            $"{Sector} bytes of the file cannot be read (Input/output error", outcome.Error, StringComparison.Ordinal);
        Assert.Contains($"the first of them at byte {at}", outcome.Error, StringComparison.Ordinal);
        var left = outcome.Lines;
        // The shortest line of a call has about sixty bytes. All lines outside the sector are unchanged.
        Assert.InRange(whole.Length - left.Length, Sector / 120, (Sector / 60) + 2);
        var same = whole.Zip(left).TakeWhile(p => p.First == p.Second).Count();
        Assert.Equal(whole.Skip(same + whole.Length - left.Length), left.Skip(same));
    }

    [Fact]
    public void AnUnreadableStartIsReported()
        => Native.Bash($"{FailingCalls.Of("read", Path.GetFileName(Native.Text), 0, Sector)} kernel-magnifier calls '{Native.Text}'")
            .FailsWith(ExitCode.BadInput, $"{Native.Text}: the file cannot be read: Input/output error", "ddrescue");

    /// <summary>The first half of the file contains event formats and kernel symbols, the second half contains events.</summary>
    [Theory]
    [InlineData(2, 0, 0)]
    [InlineData(3, 1, Sector / 20)]
    public void AnUnreadablePageLosesOnlyThatPage(int quarter, long least, long most)
    {
        var dat = SharedData.Local("trace-dat/mix-plain.dat");
        var whole = Native.Bash($"kernel-magnifier events '{dat}' --csv").Succeeds().Lines.Length;
        var at = new FileInfo(dat).Length * quarter / 4 / Sector * Sector;
        var outcome = Native.Bash($"{FailingCalls.Of("read", "mix-plain.dat", at, at + Sector)} kernel-magnifier events '{dat}' --csv").Succeeds();
        Assert.Contains(
            $"{Sector} bytes of the file cannot be read (Input/output error", outcome.Error, StringComparison.Ordinal);
        Assert.InRange(whole - outcome.Lines.Length, least, most);
    }

    [Fact]
    public void CompressedDataAfterAnUnreadableSectorIsReported()
    {
        var outcome = Native.Bash($"{FailingCalls.Of("read", Path.GetFileName(Tool.Small), 100 * 1024 / 4096 * 4096, long.MaxValue)} kernel-magnifier events '{Tool.Small}' --csv").Succeeds();
        Assert.Contains("the file cannot be read at byte 102400 (Input/output error", outcome.Error, StringComparison.Ordinal);
        var whole = Rows("");
        Assert.InRange(outcome.Lines.Length, whole.Length / 5, whole.Length);
        // The last line can be incomplete.
        // The last column names the recording.
        static IEnumerable<string> Calls(IEnumerable<string> lines) => lines.Select(line => line[..line.LastIndexOf(',')]);
        Assert.Equal(Calls(whole.Take(outcome.Lines.Length - 1)), Calls(outcome.Lines.Take(outcome.Lines.Length - 1)));
    }

    [Fact]
    public void AGrowingRecordingIsRead()
    {
        using var folder = Tool.Folder();
        var outcome = Native.Bash(
            $"cp '{Native.Text}' grows.txt; (for n in $(seq 40); do tail -c 300000 '{Native.Text}' >> grows.txt; done) & kernel-magnifier calls grows.txt --csv | awk -F , '{{ sum += $2 }} END {{ print sum }}'; wait",
            folder.Path).Succeeds();
        Assert.InRange(long.Parse(outcome.Out.Trim(), CultureInfo.InvariantCulture), 47_748, long.MaxValue);
    }

    [Fact]
    public void AShrinkingRecordingIsRead()
    {
        using var folder = Tool.Folder();
        for (var i = 0; i < Native.Moments / 4; i++)
        {
            var delay = (0.002 * i).ToString(CultureInfo.InvariantCulture);
            var outcome = Native.Bash(
                $"cp '{Native.Text}' shrinks.txt; (sleep {delay}; truncate -s 100000 shrinks.txt) & kernel-magnifier calls shrinks.txt --csv > out.csv; exit=$?; wait; exit $exit",
                folder.Path).Succeeds();
            Assert.True(File.ReadLines(folder["out.csv"]).Count() > 100, outcome.Error);
        }
    }

    private static string[] Rows(string before)
        => Native.Bash($"{before} kernel-magnifier events '{Native.Text}' --csv").Succeeds().Lines;
}
