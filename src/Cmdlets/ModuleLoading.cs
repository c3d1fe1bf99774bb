using System.Management.Automation;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;

namespace KernelMagnifier.Cmdlets;

/// <summary>
/// What the module's script does on import, compiled: each method a script calls for the first time costs it milliseconds.
/// Until <see cref="Begin"/> has run, the engine is not loaded, and nothing here may touch it.
/// </summary>
public static class ModuleLoading
{
    private static readonly Type Accelerators = typeof(PSObject).Assembly.GetType("System.Management.Automation.TypeAccelerators")!;

    /// <summary>Loads what lies beside this assembly into its load context, and remembers it for the next import.</summary>
    /// <param name="key">What the next import looks for.</param>
    public static void Begin(string key)
    {
        var here = typeof(ModuleLoading).Assembly;
        if (ReferenceEquals(AppDomain.CurrentDomain.GetData(key), here)) return;
        var context = AssemblyLoadContext.GetLoadContext(here)!;
        // All of it, so that what one of them asks for is found in the context before anywhere else.
        foreach (var file in Directory.GetFiles(Path.GetDirectoryName(here.Location)!, "*.dll"))
            if (file != here.Location) context.LoadFromAssemblyPath(file);
        AppDomain.CurrentDomain.SetData(key, here);
    }

    /// <summary>Makes the public types known by their names, and hands the cmdlets to the module.</summary>
    /// <param name="module">The module that is imported.</param>
    /// <param name="inner">The one made of this assembly.</param>
    public static void End(PSModuleInfo module, PSModuleInfo inner)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(inner);
        Know();
        module.OnRemove = ScriptBlock.Create($"[System.AppDomain]::CurrentDomain.GetData('KernelMagnifier {module.ModuleBase.Replace("'", "''", StringComparison.Ordinal)}').GetType('{typeof(ModuleLoading).FullName}')::Forget()");
        // A module imported from an assembly hands its cmdlets to another only the first time a process imports it, and not with -Force.
        var export = typeof(PSModuleInfo).GetMethod("AddExportedCmdlet", BindingFlags.Instance | BindingFlags.NonPublic)!;
        foreach (var cmdlet in inner.ExportedCmdlets.Values) export.Invoke(module, [cmdlet]);
    }

    /// <summary>Takes the names of the public types away again.</summary>
    public static void Forget()
    {
        foreach (var type in PublicTypes.All) Remove(type);
    }

    // PowerShell looks for types in its own context only. An accelerator lets scripts write [KernelMagnifier.CallEvent] all the same.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Know()
    {
        var add = Accelerators.GetMethod("Add", [typeof(string), typeof(Type)])!;
        foreach (var type in PublicTypes.All)
        {
            Remove(type);
            add.Invoke(null, [type.FullName, type]);
        }
    }

    private static void Remove(Type type) => Accelerators.GetMethod("Remove", [typeof(string)])!.Invoke(null, [type.FullName]);
}
