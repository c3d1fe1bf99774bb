using System.Collections.ObjectModel;
using System.Management.Automation;
using KernelMagnifier.Files;
using KernelMagnifier.Text;
using Microsoft.PowerShell.Commands;

namespace KernelMagnifier.Cmdlets;

/// <summary>Resolves PowerShell paths to paths of the file system.</summary>
internal static class PathResolver
{
    /// <summary>
    /// The files that paths with wildcards match. A path that cannot be resolved is an error and the others are resolved
    /// nevertheless; a wildcard without a match is a warning.
    /// </summary>
    /// <param name="cmdlet">The cmdlet that writes the errors and warnings.</param>
    /// <param name="paths">The paths.</param>
    /// <param name="notFound">The code of the error for a path that does not exist.</param>
    public static IEnumerable<string> Resolve(this PSCmdlet cmdlet, IEnumerable<string> paths, ErrorCode notFound)
    {
        foreach (var path in paths)
        {
            if (RefuseNul(cmdlet, path, notFound)) continue;
            Collection<string> found;
            ProviderInfo provider;
            try
            {
                found = cmdlet.SessionState.Path.GetResolvedProviderPathFromPSPath(path, out provider);
            }
            catch (Exception error) when (IsNotFound(error))
            {
                cmdlet.WriteError(ErrorFactory.NotFound(notFound, path, error, Absolute(cmdlet, path)));
                continue;
            }
            catch (WildcardPatternException error)
            {
                cmdlet.WriteError(ErrorFactory.Of(new KernelMagnifierException(notFound, path, "this is not a valid wildcard pattern.",
                    "Use -LiteralPath for a path that contains [ or ].", error)));
                continue;
            }
            if (!IsInFileSystem(cmdlet, path, provider)) continue;
            if (found.Count == 0)
                cmdlet.WriteWarning(TerminalText.Escape(
                    $"No file matches {path}. {NearbyFiles.Before(Absolute(cmdlet, path), "")}".TrimEnd()));
            foreach (var file in found) yield return file;
        }
    }

    /// <summary>Whether a string is the path of something that exists.</summary>
    public static bool IsPath(this PSCmdlet cmdlet, string path)
    {
        try
        {
            return cmdlet.InvokeProvider.Item.Exists(path);
        }
        catch (Exception error) when (error is RuntimeException or ArgumentException or IOException or InvalidOperationException
            or NotSupportedException or UnauthorizedAccessException)
        {
            // Text is no path.
            return false;
        }
    }

    /// <summary>
    /// The files that literal paths name. A path that cannot be resolved is an error, and the others are resolved nevertheless.
    /// </summary>
    /// <param name="cmdlet">The cmdlet that writes the errors.</param>
    /// <param name="paths">The paths.</param>
    /// <param name="notFound">The code of the error for a path that does not exist.</param>
    public static IEnumerable<string> ResolveLiterally(this PSCmdlet cmdlet, IEnumerable<string> paths, ErrorCode notFound)
    {
        foreach (var path in paths)
        {
            if (RefuseNul(cmdlet, path, notFound)) continue;
            string file;
            ProviderInfo provider;
            try
            {
                file = cmdlet.SessionState.Path.GetUnresolvedProviderPathFromPSPath(path, out provider, out _);
            }
            catch (Exception error) when (IsNotFound(error))
            {
                cmdlet.WriteError(ErrorFactory.NotFound(notFound, path, error));
                continue;
            }
            if (IsInFileSystem(cmdlet, path, provider)) yield return file;
        }
    }

    /// <summary>The path of a file or a folder in the file system. Any other path ends the cmdlet with an error.</summary>
    /// <param name="cmdlet">The cmdlet.</param>
    /// <param name="path">The path, without wildcards. The file need not exist.</param>
    /// <param name="notFound">
    /// The code of the error for a drive or provider that does not exist; null for the error of a path outside the file system.
    /// </param>
    public static string ResolveInFileSystem(this PSCmdlet cmdlet, string path, ErrorCode? notFound = null)
    {
        if (HasNul(path)) cmdlet.ThrowTerminatingError(ErrorFactory.NotAFile(path));
        try
        {
            var file = cmdlet.SessionState.Path.GetUnresolvedProviderPathFromPSPath(path, out var provider, out _);
            if (provider.Name == FileSystemProvider.ProviderName) return file;
        }
        catch (Exception error) when (IsNotFound(error))
        {
            if (notFound is { } code) cmdlet.ThrowTerminatingError(ErrorFactory.NotFound(code, path, error));
        }
        cmdlet.ThrowTerminatingError(ErrorFactory.NotAFile(path));
        return path;
    }

    /// <summary>The path in the file system, with its wildcards; as it is if it has none.</summary>
    private static string Absolute(PSCmdlet cmdlet, string path)
    {
        try
        {
            return cmdlet.SessionState.Path.GetUnresolvedProviderPathFromPSPath(path);
        }
        catch (Exception error) when (IsNotFound(error) || error is PSNotSupportedException)
        {
            return path;
        }
    }

    /// <summary>Writes the error for a path with a NUL character, which no file has and .NET refuses.</summary>
    private static bool RefuseNul(PSCmdlet cmdlet, string path, ErrorCode notFound)
    {
        if (!HasNul(path)) return false;
        cmdlet.WriteError(ErrorFactory.Of(
            new KernelMagnifierException(notFound, path, "the path contains a NUL character.", "Give the path of an existing file.")));
        return true;
    }

    private static bool HasNul(string path) => path.Contains('\0', StringComparison.Ordinal);

    private static bool IsNotFound(Exception error)
        => error is ItemNotFoundException or System.Management.Automation.DriveNotFoundException or ProviderNotFoundException;

    private static bool IsInFileSystem(PSCmdlet cmdlet, string path, ProviderInfo provider)
    {
        if (provider.Name == FileSystemProvider.ProviderName) return true;
        cmdlet.WriteError(ErrorFactory.NotAFile(path));
        return false;
    }
}
