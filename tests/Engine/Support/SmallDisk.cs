using System.Diagnostics;

namespace KernelMagnifier.Engine.Tests.Support;

/// <summary>A file system of 16 KiB in memory, mounted on a directory until it is disposed.</summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly string _path;

    public SmallDisk(string path)
    {
        _path = Directory.CreateDirectory(path).FullName;
        if (Run("mount", "-t", "tmpfs", "-o", "size=16k,mode=700", "tmpfs", _path) is { } error)
            throw new IOException($"{_path} cannot be mounted: {error}");
    }

    /// <summary>Why this process cannot mount one; null if it can. It is tried once.</summary>
    public static string? WhyNot { get; } = Try();

    public void Dispose() => _ = Run("umount", _path);

    private static string? Try()
    {
        if (!Environment.IsPrivilegedProcess) return "Only root can mount a small disk.";
        var place = Directory.CreateTempSubdirectory("km-disk-");
        try
        {
            using var disk = new SmallDisk(place.FullName);
            return null;
        }
        catch (IOException error)
        {
            return $"A small disk cannot be mounted: {error.Message}";
        }
        finally
        {
            place.Delete();
        }
    }

    private static string? Run(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
            var said = process.StandardError.ReadToEnd().Trim();
            process.WaitForExit();
            return process.ExitCode == 0 ? null : said;
        }
        catch (System.ComponentModel.Win32Exception error)
        {
            return error.Message;
        }
    }
}
