using System.Globalization;
using KernelMagnifier.Native;

namespace KernelMagnifier.Probes.Running;

/// <summary>
/// What the BPF programs of a process cost, as the kernel counts it while this object exists: in the fdinfo of the descriptors of
/// its
/// programs (proc(5)).
/// </summary>
internal sealed class BpfStatistics : IDisposable
{
    private readonly int _counting;

    private BpfStatistics(int counting) => _counting = counting;

    /// <summary>Whether the kernel counts.</summary>
    public bool IsCounting => _counting >= 0;

    /// <summary>Begins to count, if the kernel can: since Linux 5.8, for root.</summary>
    public static BpfStatistics Start() => new(BpfCalls.CountRunTime());

    /// <summary>For a run without statistics.</summary>
    public static BpfStatistics None { get; } = new(-1);

    /// <summary>Sums what the programs of a process have cost until now; null if it has none, or if the kernel does not
    /// count.</summary>
    /// <param name="process">The pid.</param>
    public (long Nanoseconds, long Runs)? Read(int process)
        => IsCounting ? Read(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/fdinfo")) : null;

    /// <summary>Sums the programs of a folder of fdinfo files.</summary>
    internal static (long Nanoseconds, long Runs)? Read(string folder)
        => ProgramsIn(folder) is { Count: > 0 } programs ? (programs.Values.Sum(p => p.Time), programs.Values.Sum(p => p.Runs))
            : null;

    /// <summary>How many programs a process holds; null if the kernel does not count.</summary>
    /// <param name="process">The pid.</param>
    public int? Programs(int process)
        => IsCounting ? ProgramsIn(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/fdinfo")).Count : null;

    private static Dictionary<long, (long Time, long Runs)> ProgramsIn(string folder)
    {
        Dictionary<long, (long Time, long Runs)> programs = [];
        try
        {
            foreach (var file in Directory.EnumerateFiles(folder))
            {
                try
                {
                    if (Parse(File.ReadAllText(file)) is { } program) programs[program.Id] = (program.Time, program.Runs);
                }
                catch (IOException)
                {
                    // The descriptor was closed meanwhile.
                }
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // It has ended.
        }
        return programs;
    }

    private static (long Id, long Time, long Runs)? Parse(string text)
    {
        // Only a program's has this one; that of a link to a program has a prog_id too, but no times.
        if (!text.Contains("run_time_ns:", StringComparison.Ordinal)) return null;
        return Value(text, "prog_id:") is { } id && Value(text, "run_time_ns:") is { } time && Value(text, "run_cnt:") is { } runs
            ? (id, time, runs) : null;
    }

    private static long? Value(string text, string name)
    {
        var at = text.IndexOf(name, StringComparison.Ordinal);
        if (at < 0) return null;
        var rest = text.AsSpan(at + name.Length);
        var end = rest.IndexOf('\n');
        return long.TryParse((end < 0 ? rest : rest[..end]).Trim(), NumberStyles.None, CultureInfo.InvariantCulture,
            out var number) ? number : null;
    }

    /// <summary>Lets the kernel stop counting, unless others have it count.</summary>
    public void Dispose()
    {
        if (_counting >= 0) _ = FileCalls.Close(_counting);
    }
}
