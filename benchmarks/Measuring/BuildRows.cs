using KernelMagnifier.Benchmarks.Generation;
using static KernelMagnifier.Benchmarks.Measuring.ShellWords;
using static KernelMagnifier.Benchmarks.Measuring.Targets;

namespace KernelMagnifier.Benchmarks.Measuring;

/// <summary>The row about the build. The warm-up builds what changed.</summary>
internal sealed class BuildRows(BenchmarkInputs inputs)
{
    /// <summary>The rows by id.</summary>
    public IEnumerable<(string Id, Func<string, Row> Make)> All => [("build", Build)];

    private Row Build(string id)
        => new(id, id, "`./build.sh build` when nothing changed", new Command($"exec {Quote(Path.Combine(Recordings.Root, "build.sh"))} build",
            Missing: File.Exists(inputs.Cli) ? null : "nothing was built"), None, null, "≤ 5 s", AtMostSeconds(5));
}
