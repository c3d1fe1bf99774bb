namespace KernelMagnifier.Engine.Tests.TraceDat;

/// <summary>
/// What <c>trace-cmd report -O parent=1 -O indent=0 -t</c> says of a recording, stored in tests/data/trace-dat/expected.csv
/// (the first lines of which tell the version): number of calls, lost events, and the hash of every call in order, in the
/// spelling of <see cref="CallText"/>, without and with task names. Recordings whose saved_cmdlines hold a line that stops
/// trace-cmd's reading of them, or whose sched events rename tasks on the way, have no hash with task names.
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
