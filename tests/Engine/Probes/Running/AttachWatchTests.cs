using KernelMagnifier.Probes.Running;

namespace KernelMagnifier.Engine.Tests.Probes.Running;

/// <summary>When the programs of a run are attached.</summary>
public sealed class AttachWatchTests
{
    [Fact]
    public void ADurationBeginsWhenAllProgramsAreThere()
        => Assert.Equal([false, false, false, false, true], Answers(announced: 3, 0, 1, 2, 3, 3));

    [Fact]
    public void FewerProgramsThanProbesAreEnoughWhenNoMoreCome()
        => Assert.Equal([false, false, false, false, true], Answers(announced: 3, 1, 2, 2, 2, 2));

    [Fact]
    public void ARunWithoutProgramsIsNotWaitedForForEver()
        => Assert.Equal([false, false, false, true], Answers(announced: 0, 0, 0, 0, 0));

    private static bool[] Answers(long announced, params int[] programs)
    {
        var watch = new AttachWatch(TimeSpan.FromSeconds(3));
        return [.. programs.Select((held, second) => watch.Add(TimeSpan.FromSeconds(second), announced, held))];
    }
}
