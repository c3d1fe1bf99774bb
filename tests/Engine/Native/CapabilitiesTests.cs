using System.Diagnostics;
using System.Globalization;
using KernelMagnifier.Native;

namespace KernelMagnifier.Engine.Tests.Native;

/// <summary>
/// The capabilities of threads and programs after some were dropped. Without root there are none to drop, and none may be added.
/// </summary>
public class CapabilitiesTests
{
    private const ulong DacOverride = 1ul << 1;

    [Fact]
    public void Dropped_on_this_thread_and_on_threads_it_starts()
    {
        var before = CapabilitiesOf(ReadStatus());
        var (here, started) = OnThread(() =>
        {
            Assert.Equal(0, Capabilities.Keep(Capabilities.ToEnd, permanently: false));
            return (ReadStatus(), OnThread(ReadStatus));
        });
        Assert.Equal(before & Capabilities.ToEnd, CapabilitiesOf(here));
        Assert.Equal(before & Capabilities.ToEnd, CapabilitiesOf(started));
        Assert.Equal(Field(here, "CapPrm"), Field(here, "CapEff"));
        Assert.Equal(before, CapabilitiesOf(ReadStatus()));
    }

    [Fact]
    public void A_program_regains_its_user_s_capabilities()
    {
        var before = RunStatus();
        var after = OnThread(() =>
        {
            Assert.Equal(0, Capabilities.Keep(DacOverride, permanently: false));
            return RunStatus();
        });
        Assert.Equal(Field(before, "CapPrm"), Field(after, "CapPrm"));
        Assert.Equal(Field(before, "CapInh"), Field(after, "CapInh"));
        Assert.Equal(Field(before, "NoNewPrivs"), Field(after, "NoNewPrivs"));
    }

    [Fact]
    public void Dropped_permanently_no_program_regains_any()
    {
        var before = CapabilitiesOf(ReadStatus());
        var (thread, program) = OnThread(() =>
        {
            Assert.Equal(0, Capabilities.Keep(DacOverride, permanently: true));
            return (ReadStatus(), RunStatus());
        });
        Assert.Equal(before & DacOverride, CapabilitiesOf(thread));
        Assert.Equal(before & DacOverride, CapabilitiesOf(program) & before);
        Assert.Equal("1", Field(thread, "NoNewPrivs"));
        Assert.Equal("1", Field(program, "NoNewPrivs"));
    }

    [Fact]
    public void A_thread_that_dropped_all_cannot_regain_any()
    {
        var after = OnThread(() =>
        {
            Assert.Equal(0, Capabilities.Keep(0, permanently: true));
            Assert.Equal(0, Capabilities.Keep(ulong.MaxValue, permanently: false));
            return ReadStatus();
        });
        Assert.Equal(0ul, CapabilitiesOf(after));
    }

    private static string ReadStatus() => File.ReadAllText("/proc/thread-self/status");

    private static string RunStatus()
    {
        using var process = Process.Start(new ProcessStartInfo("cat", ["/proc/self/status"]) { RedirectStandardOutput = true })!;
        var text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return text;
    }

    private static ulong CapabilitiesOf(string status)
        => ulong.Parse(Field(status, "CapPrm"), NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    private static string Field(string status, string name)
        => status.Split('\n').Single(l => l.StartsWith(name + ":", StringComparison.Ordinal))[(name.Length + 1)..].Trim();

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
