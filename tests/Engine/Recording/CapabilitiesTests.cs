using System.Diagnostics;
using System.Globalization;
using KernelMagnifier.Native;

namespace KernelMagnifier.Engine.Tests.Recording;

/// <summary>What threads and programs have after rights were given up; as root there is something to give up, otherwise nothing may come into being.</summary>
public class CapabilitiesTests
{
    private const ulong DacOverride = 1ul << 1;

    [Fact]
    public void What_is_not_needed_is_gone_on_this_thread_and_those_it_starts()
    {
        var before = Rights(ReadStatus());
        var (here, started) = OnThread(() =>
        {
            Assert.Equal(0, Capabilities.Keep(Capabilities.ToEnd, forGood: false));
            return (ReadStatus(), OnThread(ReadStatus));
        });
        Assert.Equal(before & Capabilities.ToEnd, Rights(here));
        Assert.Equal(before & Capabilities.ToEnd, Rights(started));
        Assert.Equal(Field(here, "CapPrm"), Field(here, "CapEff"));
        Assert.Equal(before, Rights(ReadStatus()));
    }

    [Fact]
    public void A_program_has_its_user_s_rights_again()
    {
        var before = RunStatus();
        var after = OnThread(() =>
        {
            Assert.Equal(0, Capabilities.Keep(DacOverride, forGood: false));
            return RunStatus();
        });
        Assert.Equal(Field(before, "CapPrm"), Field(after, "CapPrm"));
        Assert.Equal(Field(before, "CapInh"), Field(after, "CapInh"));
        Assert.Equal(Field(before, "NoNewPrivs"), Field(after, "NoNewPrivs"));
    }

    [Fact]
    public void For_good_no_program_gets_more()
    {
        var before = Rights(ReadStatus());
        var (thread, program) = OnThread(() =>
        {
            Assert.Equal(0, Capabilities.Keep(DacOverride, forGood: true));
            return (ReadStatus(), RunStatus());
        });
        Assert.Equal(before & DacOverride, Rights(thread));
        Assert.Equal(before & DacOverride, Rights(program) & before);
        Assert.Equal("1", Field(thread, "NoNewPrivs"));
        Assert.Equal("1", Field(program, "NoNewPrivs"));
    }

    [Fact]
    public void A_thread_that_gave_up_all_gets_none_back()
    {
        var after = OnThread(() =>
        {
            Assert.Equal(0, Capabilities.Keep(0, forGood: true));
            Assert.Equal(0, Capabilities.Keep(ulong.MaxValue, forGood: false));
            return ReadStatus();
        });
        Assert.Equal(0ul, Rights(after));
    }

    private static string ReadStatus() => File.ReadAllText("/proc/thread-self/status");

    private static string RunStatus()
    {
        using var process = Process.Start(new ProcessStartInfo("cat", ["/proc/self/status"]) { RedirectStandardOutput = true })!;
        var text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return text;
    }

    private static ulong Rights(string status) => ulong.Parse(Field(status, "CapPrm"), NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    private static string Field(string status, string name) => status.Split('\n').Single(l => l.StartsWith(name + ":", StringComparison.Ordinal))[(name.Length + 1)..].Trim();

    private static T OnThread<T>(Func<T> run)
    {
        T? result = default;
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                result = run();
            }
            catch (Exception e)
            {
                failure = e;
            }
        });
        thread.Start();
        thread.Join();
        return failure is null ? result! : throw new InvalidOperationException("On the thread: " + failure.Message, failure);
    }
}
