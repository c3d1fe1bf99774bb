namespace KernelMagnifier.Cmdlets.Probes;

/// <summary>The scripts that boot a guest: a folder of the module.</summary>
internal static class LabScripts
{
    /// <summary>The folder. Tests set another. It is no parameter, because what is in it is executed.</summary>
    public static string Folder { get; set; } = Path.GetFullPath(
        Path.Combine(Path.GetDirectoryName(typeof(LabScripts).Assembly.Location) ?? "", "..", "lab"));
}
