using System.Globalization;
using System.IO.Enumeration;
using KernelMagnifier.Lab;
using KernelMagnifier.Probes.Kernels;
using KernelMagnifier.Probes.Language;
using KernelMagnifier.Probes.Library;
using KernelMagnifier.Probes.Manifests;
using KernelMagnifier.Probes.Policies;

namespace KernelMagnifier.Probes.Checks;

/// <summary>Checks probes of a library, and files outside of any, against any number of kernels.</summary>
/// <param name="library">The library; null for the one of the environment or the policy.</param>
/// <param name="policy">The policy file; null for the one of the environment or the machine.</param>
/// <param name="asksBpftrace">Whether bpftrace is asked too, where it is installed.</param>
/// <param name="cancel">Ends the checks.</param>
internal sealed class ProbeChecking(string? library, string? policy, bool asksBpftrace, CancellationToken cancel)
{
    /// <summary>The word that stands for the running kernel among paths of descriptions.</summary>
    public const string RunningKernel = "running";

    private List<KernelDescription?> _kernels = [null];
    private ProbePolicy? _policy;

    /// <summary>The library; null for the one of the environment or the policy.</summary>
    public string? Library { get; set; } = library;

    /// <summary>Opens descriptions of kernels, each of which gives a check of its own.</summary>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.KernelUnreadable"/>: one cannot be read.</exception>
    public void Use(IReadOnlyList<string> kernels)
        => _kernels = kernels.Count == 0 ? [null]
            : [.. kernels.Select(path => path == RunningKernel ? KernelDescription.Running() : KernelDescription.Open(path))];

    /// <summary>Checks the probes of the library whose names match.</summary>
    /// <param name="pattern">The name, with wildcards.</param>
    /// <exception cref="KernelMagnifierException">The library or a probe cannot be read.</exception>
    public IEnumerable<ProbeCheck> OfName(string pattern)
    {
        foreach (var source in Sources(pattern))
        {
            var parameters = ArgumentsOf(source.Manifest);
            // bpftrace would look for imported files beside the program, which is a copy.
            var bpftrace = source.Imports.Count == 0 ? Ask(source.Program, parameters) : null;
            foreach (var kernel in _kernels) yield return ProgramCheck.Check(source, Policy, kernel, bpftrace);
        }
    }

    /// <summary>Checks a program outside of any library.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.ProbeUnreadable"/>: it cannot be read.</exception>
    public IEnumerable<ProbeCheck> OfFile(string path)
    {
        var program = Read(path);
        var bpftrace = Ask(program, [.. Enumerable.Repeat("1", 9)]);
        foreach (var kernel in _kernels) yield return ProgramCheck.CheckFile(program, Path.GetFileName(path), Policy, kernel,
            bpftrace);
    }

    /// <summary>Boots guests, and attaches the probes of the library whose names match. Those that a rule refuses are not
    /// tried.</summary>
    /// <param name="probes">The names, with wildcards, each with its library; null for the default.</param>
    /// <param name="scripts">The folder of the scripts that boot a guest.</param>
    /// <param name="kernels">The kernels: <c>bookworm</c>, <c>newer</c>, or directories with an unpacked linux-image.</param>
    /// <param name="report">Takes the kernel that is booted, and its number.</param>
    /// <returns>A check for each kernel and probe.</returns>
    /// <exception cref="KernelMagnifierException">The library or a probe cannot be read, or a guest does not boot.</exception>
    public IEnumerable<ProbeCheck> InLab(
        IReadOnlyList<(string Pattern, string? Library)> probes, string scripts, IReadOnlyList<string> kernels, Action<string,
            int> report)
    {
        List<(ProbeSource Source, BpftraceDryRun? Bpftrace, string? Reason)> all = [];
        foreach (var (pattern, place) in probes)
        {
            Library = place;
            foreach (var source in Sources(pattern))
            {
                if (all.Exists(other => other.Source.Folder == source.Folder)) continue;
                var bpftrace = source.Imports.Count == 0 ? Ask(source.Program, ArgumentsOf(source.Manifest)) : null;
                all.Add((source, bpftrace, WhyNotTried(source, all.Exists(other => other.Source.Name == source.Name))));
            }
        }
        TrialProgram[] programs = [.. all.Where(one => one.Reason is null)
            .Select(one => new TrialProgram(one.Source.Name, one.Source.Program, ArgumentsOf(one.Source.Manifest)))];
        for (var at = 0; at < kernels.Count; at++)
        {
            cancel.ThrowIfCancellationRequested();
            if (programs.Length > 0) report(kernels[at], at);
            var trials = ProgramTrial.Run(scripts, kernels[at], programs, cancel).ToDictionary(trial => trial.Name);
            foreach (var (source, bpftrace, reason) in all)
            {
                var check = ProgramCheck.Check(source, Policy, kernel: null, bpftrace);
                check.AddLab(kernels[at], reason is null ? trials[source.Name] : null, reason);
                yield return check;
            }
        }
    }

    private string? WhyNotTried(ProbeSource source, bool isSecond)
        => ProgramCheck.Check(source, Policy, kernel: null).Errors > 0 ? "It was not tried: a rule refuses it."
            : source.Imports.Count > 0 ? "It was not tried: it imports files, which the guest does not have."
            : isSecond ? "It was not tried: another probe has this name." : null;

    /// <summary>Values for the parameters of a probe: the defaults, else the first choice, else the least number.</summary>
    private static List<string> ArgumentsOf(ProbeManifest manifest)
        => [.. manifest.Parameters.Select(parameter => parameter.Default
            ?? (parameter.Choices.Count > 0 ? parameter.Choices[0] : null)
            ?? (parameter.Minimum ?? 1).ToString(CultureInfo.InvariantCulture))];

    private ProbePolicy Policy => _policy ??= ProbePolicyFile.Find(policy);

    /// <summary>The probes of the library whose names match; a name without wildcards must be there.</summary>
    private IEnumerable<ProbeSource> Sources(string pattern)
    {
        using var open = ProbeLibrary.Open(Library, Policy);
        if (pattern.AsSpan().ContainsAny('*', '?'))
            foreach (var name in open.Names.Where(name
                => FileSystemName.MatchesSimpleExpression(pattern, name))) yield return open.Load(name);
        else yield return open.Load(pattern);
    }

    private BpftraceDryRun? Ask(ReadOnlyMemory<byte> program, IReadOnlyList<string> parameters)
        => asksBpftrace && program.Length <= ProgramLimits.Bytes
            ? BpftraceDryRun.Run(Policy.Bpftrace, program, parameters, cancel) : null;

    private static byte[] Read(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            // One byte more shows that the program is too long, which is a finding.
            var bytes = new byte[ProgramLimits.Bytes + 1];
            return bytes[..file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new KernelMagnifierException(error is FileNotFoundException or DirectoryNotFoundException
                ? ErrorCode.ProbeNotFound
                : ErrorCode.ProbeUnreadable, path, $"the program cannot be read: {error.Message}", "Name a program of bpftrace.",
                    error);
        }
    }
}
