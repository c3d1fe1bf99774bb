namespace KernelMagnifier.Engine.Tests.TraceDat;

/// <summary>
/// The output of <c>trace-cmd report -O parent=1 -O indent=0 -t</c> for a recording, stored in tests/data/trace-dat/expected.csv (its first
/// lines name the version): the number of calls, the number of lost events that it prints, and the hash of all calls in order, in the format of
/// <see cref="CallText"/>, without and with task names. There is no hash with task names where trace-cmd stops at a line of saved_cmdlines,
/// or where sched events rename tasks during the recording.
/// </summary>
public sealed record Oracle(string File, long Calls, long Lost, string Hash, string HashWithComm)
{
    public static Oracle[] All { get; } =
    [
        .. System.IO.File.ReadLines(SharedData.Local("trace-dat/expected.csv"))
            .Where(l => !l.StartsWith('#') && l.Length > 0)
            .Select(l => l.Split(','))
            .Select(c => new Oracle(c[0], long.Parse(c[1], System.Globalization.CultureInfo.InvariantCulture), long.Parse(c[2], System.Globalization.CultureInfo.InvariantCulture), c[3], c[4])),
    ];

    public static Oracle Of(string file) => All.Single(o => o.File == file);

    public override string ToString() => File;
}
