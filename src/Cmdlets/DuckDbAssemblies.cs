using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;

namespace KernelMagnifier.Cmdlets;

/// <summary>
/// Loads the assemblies that run SQL, with the native library of DuckDB. They are large and in a folder of their own, so
/// Import-Module does not load them; the first query does. They get a load context of their own, so that other modules can load
/// other versions of the same libraries, and so that the native library is found: the default context searches beside pwsh.
/// </summary>
internal static class DuckDbAssemblies
{
    private const string Entry = "KernelMagnifier.DuckDb";
    private static readonly Lazy<bool> Loaded = new(Register);

    /// <summary>
    /// Loads them. What follows must be in another method that is not inlined: the JIT resolves the assembly when it compiles a
    /// method that uses it.
    /// </summary>
    public static void Load() => _ = Loaded.Value;

    private static bool Register()
    {
        var folder = Path.Combine(Path.GetDirectoryName(typeof(DuckDbAssemblies).Assembly.Location)!, "duckdb");
        if (!Directory.Exists(folder)) return false;
        var entry = new Context(folder).LoadFromAssemblyPath(Path.Combine(folder, $"{Entry}.dll"));
        AssemblyLoadContext.Default.Resolving += (_, name) => name.Name == Entry ? entry : null;
        return true;
    }

    private sealed class Context(string folder) : AssemblyLoadContext($"KernelMagnifier {folder}")
    {
        private static readonly string Platform = $"linux-{RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}";

        protected override Assembly? Load(AssemblyName assemblyName)
        {
            var file = Path.Combine(folder, $"{assemblyName.Name}.dll");
            return File.Exists(file) ? LoadFromAssemblyPath(file) : null;
        }

        protected override nint LoadUnmanagedDll(string unmanagedDllName)
        {
            var file = Path.Combine(folder, Platform, $"lib{unmanagedDllName}.so");
            return File.Exists(file) ? LoadUnmanagedDllFromPath(file) : 0;
        }
    }
}
