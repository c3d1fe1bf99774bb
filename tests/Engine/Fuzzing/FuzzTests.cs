using System.Globalization;
using KernelMagnifier.Fuzzing;
using Xunit.Abstractions;

namespace KernelMagnifier.Engine.Tests.Fuzzing;

/// <summary>
/// Runs every reader on inputs derived from real recordings, always the same inputs. With KM_FUZZ_SECONDS (./build.sh fuzz --seconds N) each
/// target runs that long, on inputs that differ from run to run.
/// </summary>
public class FuzzTests(ITestOutputHelper output)
{
    private static readonly Dictionary<string, int> Cases = new()
    {
        ["function-text"] = 1200, ["graph-text"] = 800, ["report-text"] = 800, ["perf-script"] = 250, ["text-events"] = 300, ["trace-dat"] = 300, ["page"] = 8000, ["event-format"] = 3000, ["print-format"] = 2000, ["event-body"] = 4000, ["intervals"] = 400, ["causes"] = 120, ["paths"] = 200, ["baseline"] = 1500, ["kallsyms"] = 3000, ["command-lines"] = 3000,
        ["symbol-map"] = 500, ["symbol-cache"] = 3000, ["elf"] = 400, ["dwarf"] = 700, ["compressed"] = 400, ["layers"] = 1000, ["lists"] = 400, ["any"] = 150, ["probe-program"] = 4000, ["probe-output"] = 3000, ["measurement-log"] = 2000, ["workload"] = 2000, ["incident"] = 1500, ["btf"] = 4000,
    };

    public static TheoryData<string> Targets => [.. FuzzTargets.Names];

    [Theory]
    [MemberData(nameof(Targets))]
    public void DamagedInputViolatesNoInvariant(string name)
    {
        var target = FuzzTargets.New(name)!;
        var seeds = Seeds.Of(name);
        foreach (var seed in seeds) Run(target, seed);
        var isText = name is not ("trace-dat" or "page" or "symbol-cache" or "elf" or "dwarf" or "compressed" or "event-body" or "btf");
        var seconds = Seconds;
        var mutator = new Mutator(seconds > 0 ? Environment.TickCount : 20260101);
        var end = Environment.TickCount64 + seconds * 1000L;
        long executions = seeds.Count;
        for (var cases = Cases[name]; seconds > 0 ? Environment.TickCount64 < end : cases > 0; cases--, executions++) Run(target, mutator.Next(seeds, isText));
        if (seconds == 0) return;
        // xunit does not show the output of a test that passes, so it also goes to a file.
        var line = string.Create(CultureInfo.InvariantCulture, $"{name}: {executions} executions in {seconds} s, at most {target.Most.Memory} bytes allocated by one");
        output.WriteLine(line);
        if (Environment.GetEnvironmentVariable("KM_FUZZ_LOG") is { Length: > 0 } log) File.AppendAllText(log, line + "\n");
    }

    private static int Seconds => int.TryParse(Environment.GetEnvironmentVariable("KM_FUZZ_SECONDS"), CultureInfo.InvariantCulture, out var seconds) ? seconds : 0;

    internal static void Run(FuzzTarget target, byte[] input)
    {
        try
        {
            target.Run(input);
        }
        catch (Exception error)
        {
            var path = Path.Combine(Path.GetTempPath(), $"km-fuzz-{target.Name}-{Guid.NewGuid():N}");
            File.WriteAllBytes(path, input);
            throw new InvalidOperationException($"{target.Name}: failed on an input of {input.Length} bytes, saved as {path}: {error.Message}", error);
        }
    }
}
