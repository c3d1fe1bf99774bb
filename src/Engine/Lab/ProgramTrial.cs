using System.Globalization;
using System.Text;
using KernelMagnifier.Files;
using KernelMagnifier.Processes;

namespace KernelMagnifier.Lab;

/// <summary>
/// Attaches bpftrace programs in a guest with a stock kernel, each for a second. The scripts of the module's folder <c>lab</c> boot
/// it: QEMU, this machine's root read-only, no network.
/// </summary>
internal static class ProgramTrial
{
    private const int LongestResult = 1 << 20;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(20);

    /// <summary>Attaches programs.</summary>
    /// <param name="scripts">The folder with the scripts.</param>
    /// <param name="kernel"><c>bookworm</c>, <c>newer</c>, or a directory with an unpacked linux-image.</param>
    /// <param name="programs">The programs.</param>
    /// <param name="cancel">Ends the guest.</param>
    /// <returns>A result for each program, in their order.</returns>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.ToolFailed"/>: the guest did not boot or did not end.
    /// <see cref="ErrorCode.ToolNotFound"/>: a program that it needs is missing.</exception>
    public static IReadOnlyList<TrialResult> Run(
        string scripts, string kernel, IReadOnlyList<TrialProgram> programs, CancellationToken cancel)
    {
        if (programs.Count == 0) return [];
        var folder = Directory.CreateTempSubdirectory("km-lab-");
        try
        {
            var trial = folder.CreateSubdirectory("share").CreateSubdirectory("trial").FullName;
            foreach (var program in programs)
            {
                File.WriteAllBytes(Path.Combine(trial, program.Name + ".bt"), program.Text.Span);
                if (program.Arguments.Count > 0)
                    File.WriteAllText(Path.Combine(trial, program.Name + ".args"), string.Join('\n', program.Arguments) + "\n");
            }
            var shell = ExternalTool.Find("bash", "bash", "bash");
            var result = ExternalTool.Run(
                shell, [Path.Combine(scripts, "attach.sh"), kernel, folder.FullName], "", Stream.Null, Limit, cancel);
            if (!result.Finished)
                throw new KernelMagnifierException(ErrorCode.ToolFailed, kernel, "the guest did not end in time.",
                    "Try fewer probes.");
            if (result.ExitCode == 3)
                throw new KernelMagnifierException(ErrorCode.ToolNotFound, kernel, result.Errors.Trim() + ".", null);
            if (result.ExitCode != 0)
                throw new KernelMagnifierException(ErrorCode.ToolFailed, kernel, result.Errors.Trim() + ".");
            return Results(folder.FullName, programs);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static TrialResult[] Results(string folder, IReadOnlyList<TrialProgram> programs)
    {
        var release = Text(Path.Combine(folder, "share", "release")).Trim();
        var rows = new Dictionary<string, string[]>();
        foreach (var line in Text(Path.Combine(folder, "share", "trial.tsv")).Split('\n'))
            if (line.Split('\t') is { Length: 5 } row)
                rows[row[0]] = row;
        return [.. programs.Select(program => rows.TryGetValue(program.Name, out var row)
            ? new TrialResult(program.Name, release, row[1] == "0" && row[3].Length > 0,
                int.TryParse(row[3], NumberStyles.None, CultureInfo.InvariantCulture, out var attached) ? attached : null,
                row[4].Length > 0 ? row[4] : row[1] == "0" ? null : $"bpftrace ended with status {row[1]}.")
            : new TrialResult(program.Name, release, false, null, "The guest ended before it was tried."))];
    }

    /// <summary>A file that the guest wrote: bounded, and empty if there is none.</summary>
    private static string Text(string path)
    {
        if (!File.Exists(path)) return "";
        using var file = InputHandle.OpenRegular(path);
        var bytes = new byte[Math.Min(RandomAccess.GetLength(file), LongestResult)];
        return Encoding.UTF8.GetString(bytes, 0, RandomAccess.Read(file, bytes, 0));
    }
}
