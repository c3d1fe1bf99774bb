using System.Runtime.CompilerServices;
using KernelMagnifier.Files;
using KernelMagnifier.Native;

namespace KernelMagnifier.Schedules;

/// <summary>The executable that a schedule runs.</summary>
internal static class ScheduleExecutable
{
    /// <summary>The name of the executable.</summary>
    public const string Name = "kernel-magnifier";

    /// <summary>Where a package installs it.</summary>
    public const string Default = "/usr/bin/" + Name;

    /// <summary>Finds the executable.</summary>
    /// <param name="given">The path that was given; null for none.</param>
    /// <returns>The path; that of a package if none is found, so that units can be shown.</returns>
    public static string Find(string? given)
    {
        if (given is not null) return given;
        // A host of .NET, such as pwsh, is another program; what was compiled ahead of time is this one under any name.
        var own = Environment.ProcessPath;
        if (own is not null && (!RuntimeFeature.IsDynamicCodeSupported || Path.GetFileName(own) == Name)) return own;
        string[] places = ["/usr/bin", "/usr/local/bin", .. (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')];
        return places.Where(Path.IsPathFullyQualified).Select(place => Path.Combine(place, Name)).FirstOrDefault(File.Exists)
            ?? Default;
    }

    /// <summary>Checks that nobody but root, or the user of this process, can change what runs.</summary>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.OutputNotSafe"/> or
    /// <see cref="ErrorCode.ToolNotFound"/>.</exception>
    public static void Check(string path)
    {
        if (!File.Exists(path))
            throw new KernelMagnifierException(ErrorCode.ToolNotFound, path, "this executable does not exist.",
                "Install the native command line, or give its path.");
        ScheduleStore.Guarded(path, () =>
        {
            for (var (at, links) = (path, 0); ; links++)
            {
                using var directory = GuardedDirectory.Open(Path.GetDirectoryName(at)!);
                var name = Path.GetFileName(at);
                if (directory.Find(name) is { IsLink: true, IsForeign: false } && links < 8
                    && File.ResolveLinkTarget(at, returnFinalTarget: false) is { } target)
                {
                    at = target.FullName;
                    continue;
                }
                directory.Check(name);
                return FileCalls.Access(at, FileCalls.MayExecute) == 0 ? 0
                    : throw new NotGuardedException(at, "cannot be executed");
            }
        });
    }
}
