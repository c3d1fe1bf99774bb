using System.Globalization;
using KernelMagnifier.Symbols.Elf;

namespace KernelMagnifier.Symbols;

/// <summary>
/// Reads the modules of a kernel. Those of another kernel are left out: by the release in their <c>vermagic</c>, and, for the
/// running kernel, by the build ids of the modules that are loaded.
/// </summary>
/// <param name="files">The files.</param>
/// <param name="release">The release of the kernel; null when it is not known.</param>
/// <param name="buildId">The build id of the kernel; null when it is not known.</param>
internal sealed class ModuleImages(IReadOnlyList<string> files, string? release, string? buildId)
{
    private const int MaxWarnings = 10;

    private readonly bool _isRunning = buildId is not null && BuildIds.AreEqual(buildId, RunningKernel.BuildId);
    private readonly List<string> _warnings = [];
    private int _done, _failed, _foreign;
    private string? _firstForeign;

    /// <summary>Reads the files.</summary>
    /// <param name="builder">Receives the functions.</param>
    /// <param name="roots">The roots of the kernel's source.</param>
    /// <param name="options">The directories to search, and the progress.</param>
    /// <param name="threads">The number of threads.</param>
    /// <param name="warnings">Receives the warnings.</param>
    /// <param name="cancel">Cancels the reading.</param>
    /// <exception cref="KernelMagnifierException">No module belongs to the kernel.</exception>
    public void Read(SymbolTableBuilder builder, IReadOnlyList<string> roots, SymbolMapOptions options, int threads,
        List<string> warnings, CancellationToken cancel)
    {
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancel };
        Parallel.For(0, files.Count, parallel, i => ReadOne(files[i], builder, roots, options, cancel));
        if (_foreign == files.Count)
            throw new KernelMagnifierException(ErrorCode.KernelReleaseMismatch, Path.GetDirectoryName(files[0]),
                (files.Count == 1 ? "the module does not belong" : $"none of the {Shown(files.Count)} modules belongs")
                    + $" to the kernel: {_firstForeign}",
                "Specify the directory of the modules of this kernel.");
        if (_foreign > 0)
            warnings.Add($"{Shown(_foreign)} of {Shown(files.Count)} modules "
                + (_foreign == 1 ? "belongs to another kernel and was" : "belong to another kernel and were")
                + $" left out. The first: {_firstForeign}");
        warnings.AddRange(_warnings.Take(MaxWarnings));
        if (_warnings.Count > MaxWarnings)
            warnings.Add($"{Shown(_warnings.Count - MaxWarnings)} more warnings of this kind. "
                + $"{Shown(_failed)} of {Shown(files.Count)} modules cannot be read.");
    }

    private void ReadOne(string file, SymbolTableBuilder builder, IReadOnlyList<string> roots, SymbolMapOptions options,
        CancellationToken cancel)
    {
        try
        {
            var name = DebugImage.ModuleName(file);
            if (WhyForeign(file, name) is { } reason)
            {
                lock (_warnings)
                {
                    _foreign++;
                    // The first in the order of the paths, whichever thread is first.
                    if (_firstForeign is null || string.CompareOrdinal(reason, _firstForeign) < 0) _firstForeign = reason;
                }
                return;
            }
            foreach (var warning in DebugImage.Read(file, name, builder, roots, options, 1, cancel).Warnings) Warn(warning);
        }
        catch (KernelMagnifierException error)
        {
            Interlocked.Increment(ref _failed);
            Warn(error.Message);
        }
        var now = Interlocked.Increment(ref _done);
        if (now % 100 == 0) options.Progress?.Invoke($"Read {Shown(now)} of {Shown(files.Count)} modules");
    }

    /// <summary>The reason, as a sentence, that a module does not belong to the kernel; null when it may.</summary>
    private string? WhyForeign(string file, string name)
    {
        using var elf = ElfFile.Open(file);
        if (release is not null && ImageRelease.Of(elf) is { } own && own != release)
            return $"{file} is of kernel {own}, not {release}.";
        return _isRunning && elf.BuildId is { } id && RunningKernel.BuildIdOfModule(name) is { } loaded
            && !BuildIds.AreEqual(id, loaded)
            ? $"{file} is another build than the module that is loaded: its build id is {id}, that of the loaded one is {loaded}."
            : null;
    }

    private void Warn(string text)
    {
        lock (_warnings) _warnings.Add(text);
    }

    private static string Shown(int number) => number.ToString(CultureInfo.InvariantCulture);
}
