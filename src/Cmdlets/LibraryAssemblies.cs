using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;

namespace KernelMagnifier.Cmdlets;

/// <summary>
/// Assemblies with a native library, in a folder of their own: Import-Module does not load them; their first use does. They get a
/// load context of their own, so that other modules can load other versions of the same libraries, and so that the native library
/// is found: the default context searches beside pwsh.
/// </summary>
/// <param name="folder">The name of the folder below that of the module's assemblies.</param>
/// <param name="entry">The assembly of this product that uses the others.</param>
internal sealed class LibraryAssemblies(string folder, string entry)
{
    /// <summary>Queries: DuckDB.</summary>
    public static readonly LibraryAssemblies DuckDb = new("duckdb", "KernelMagnifier.DuckDb");

    /// <summary>Tables: Apache Arrow's library for Parquet.</summary>
    public static readonly LibraryAssemblies Parquet = new("parquet", "KernelMagnifier.Parquet");

    private readonly Lock _gate = new();
    private bool _isLoaded;

    /// <summary>
    /// Loads them. What uses them must be in another method, which is not inlined: the JIT resolves the assembly when it compiles
    /// the method.
    /// </summary>
    public void Load()
    {
        lock (_gate)
        {
            if (_isLoaded) return;
            _isLoaded = true;
            var path = Path.Combine(Path.GetDirectoryName(typeof(LibraryAssemblies).Assembly.Location)!, folder);
            // In the tests of this repository all assemblies are in one folder.
            if (!Directory.Exists(path)) return;
            var assembly = new Context(path).LoadFromAssemblyPath(Path.Combine(path, $"{entry}.dll"));
            AssemblyLoadContext.Default.Resolving += (_, name) => name.Name == entry ? assembly : null;
        }
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
            foreach (var name in (string[])[$"lib{unmanagedDllName}.so", $"{unmanagedDllName}.so"])
                if (Path.Combine(folder, Platform, name) is var file && File.Exists(file))
                    return LoadUnmanagedDllFromPath(file);
            return 0;
        }
    }
}
