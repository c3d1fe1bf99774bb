using System.Reflection;
using System.Runtime.InteropServices;
using ParquetSharp;

namespace KernelMagnifier.Parquet;

/// <summary>Finds the native library of ParquetSharp.</summary>
internal static class NativeLibraries
{
    private const string Name = "ParquetSharpNative";

    private static readonly Lazy<string?> Problem = new(Find);

    /// <summary>Fails if the library is not there.</summary>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.ToolNotFound"/>.</exception>
    public static void Check()
    {
        if (Problem.Value is not { } problem) return;
        throw new KernelMagnifierException(ErrorCode.ToolNotFound, $"{Name}.so",
            $"the library for Parquet files cannot be loaded: {problem}.",
            "Install kernel-magnifier from its package or archive, which has the library beside the program, or use "
            + "Export-KmTable of the PowerShell module. The processor must be x86_64 or arm64, and the C library glibc.");
    }

    private static string? Find()
    {
        // Beside this assembly (the module), beside the executable (native), and where .NET looks (a build).
        foreach (var folder in Folders())
        {
            var file = Path.Combine(folder, $"{Name}.so");
            if (!File.Exists(file)) continue;
            if (!NativeLibrary.TryLoad(file, out var library)) return $"{file} does not fit this system";
            NativeLibrary.SetDllImportResolver(
                typeof(ParquetFileWriter).Assembly, (name, _, _) => name.StartsWith(Name, StringComparison.Ordinal) ? library
                    : 0);
            return null;
        }
        return NativeLibrary.TryLoad(Name, typeof(ParquetFileWriter).Assembly, null, out _) ? null
            : $"it is not in {string.Join(" or ", Folders().Distinct())}";
    }

    private static IEnumerable<string> Folders()
    {
        // Empty in a native executable.
        if (Folder(Assembly.GetExecutingAssembly()) is { Length: > 0 } folder)
        {
            yield return folder;
            yield return Path.Combine(folder, "runtimes",
                $"linux-{RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}", "native");
        }
        var program = AppContext.BaseDirectory.TrimEnd('/');
        yield return program;
        // Packages have programs in bin and what only they use in lib.
        yield return Path.GetFullPath(Path.Combine(program, "..", "lib", "kernel-magnifier"));
    }

    [System.Diagnostics.CodeAnalysis.UnconditionalSuppressMessage(
        "SingleFile", "IL3000", Justification = "Empty in a native executable, where the library is beside it.")]
    private static string? Folder(Assembly assembly) => Path.GetDirectoryName(assembly.Location);
}
