using KernelMagnifier.Native;

namespace KernelMagnifier.Recording;

/// <summary>
/// Where journals lie. For root always the same two places, whatever the environment says: a journal tells the next recorder what to
/// write where, so nobody else may be able to put one there, and <c>sudo</c> must find what <c>su</c> has left.
/// </summary>
internal static class StateDirectory
{
    private const string Folder = "kernel-magnifier";

    /// <summary>Every place that may hold journals, the preferred one first.</summary>
    public static IReadOnlyList<string> Places
    {
        get
        {
            if (LibC.EffectiveUser() == 0) return ["/var/lib/" + Folder, "/run/" + Folder];
            var state = Environment.GetEnvironmentVariable("XDG_STATE_HOME");
            if (string.IsNullOrEmpty(state) || !Path.IsPathRooted(state)) state = Path.Combine(Environment.GetEnvironmentVariable("HOME") is { Length: > 0 } home ? home : "/tmp", ".local", "state");
            return [Path.Combine(state, Folder)];
        }
    }

    /// <summary>Whether a directory or file is ours alone: owned by us, no link, and nobody else may write.</summary>
    public static bool IsOurs(string path)
        => Ownership.Of(path) is { IsLink: false, IsSharedWritable: false } found && found.User == LibC.EffectiveUser();

    /// <summary>The first place that can be had.</summary>
    /// <exception cref="RecordingException">None can.</exception>
    public static string Make(IReadOnlyList<string> places)
    {
        foreach (var place in places)
        {
            try
            {
                Directory.CreateDirectory(Path.GetDirectoryName(place)!);
                _ = LibC.MakeDirectory(place, 0x1C0); // 0700
                if (Directory.Exists(place) && IsOurs(place) && LibC.Access(place, 2) == 0) return place;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // The next place may do.
            }
        }
        throw new RecordingException(ErrorCode.OutputNotWritable,
            $"No place for the journal that lets the machine be put back after a crash: none of {string.Join(", ", places)} can be created and written by this user alone. Make one of them a directory of mode 0700.");
    }
}
