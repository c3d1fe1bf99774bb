using System.Management.Automation;
using Microsoft.PowerShell.Commands;

namespace KernelMagnifier.Cmdlets;

/// <summary>Turns what a user calls a file into paths of the file system. What cannot be resolved is said, the rest goes on.</summary>
internal static class PathResolver
{
    /// <summary>Files that paths with wildcards stand for.</summary>
    public static IEnumerable<string> Resolve(this PSCmdlet cmdlet, IEnumerable<string> paths)
    {
        foreach (var path in paths)
        {
            IEnumerable<string> found;
            ProviderInfo provider;
            try
            {
                found = cmdlet.SessionState.Path.GetResolvedProviderPathFromPSPath(path, out provider);
            }
            catch (Exception error) when (error is ItemNotFoundException or System.Management.Automation.DriveNotFoundException or ProviderNotFoundException)
            {
                cmdlet.WriteError(ErrorFactory.NotFound(path, error));
                continue;
            }
            if (!IsFile(cmdlet, path, provider)) continue;
            foreach (var file in found) yield return file;
        }
    }

    /// <summary>Files that paths name as they stand.</summary>
    public static IEnumerable<string> ResolveLiterally(this PSCmdlet cmdlet, IEnumerable<string> paths)
    {
        foreach (var path in paths)
        {
            string file;
            ProviderInfo provider;
            try
            {
                file = cmdlet.SessionState.Path.GetUnresolvedProviderPathFromPSPath(path, out provider, out _);
            }
            catch (Exception error) when (error is ItemNotFoundException or System.Management.Automation.DriveNotFoundException or ProviderNotFoundException)
            {
                cmdlet.WriteError(ErrorFactory.NotFound(path, error));
                continue;
            }
            if (IsFile(cmdlet, path, provider)) yield return file;
        }
    }

    /// <summary>The path of a file or a folder in the file system. Any other path ends the cmdlet with an error.</summary>
    public static string ResolveInFileSystem(this PSCmdlet cmdlet, string path)
    {
        try
        {
            var file = cmdlet.SessionState.Path.GetUnresolvedProviderPathFromPSPath(path, out var provider, out _);
            if (provider.Name == FileSystemProvider.ProviderName) return file;
        }
        catch (Exception error) when (error is ItemNotFoundException or System.Management.Automation.DriveNotFoundException or ProviderNotFoundException)
        {
            // Reported below: where there is no such drive or provider, there is no file either.
        }
        cmdlet.ThrowTerminatingError(ErrorFactory.NotAFile(path));
        return path;
    }

    private static bool IsFile(PSCmdlet cmdlet, string path, ProviderInfo provider)
    {
        if (provider.Name == FileSystemProvider.ProviderName) return true;
        cmdlet.WriteError(ErrorFactory.NotAFile(path));
        return false;
    }
}
