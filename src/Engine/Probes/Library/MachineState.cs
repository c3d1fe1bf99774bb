using KernelMagnifier.Files;
using KernelMagnifier.Probes.Policies;

namespace KernelMagnifier.Probes.Library;

/// <summary>The directory in which a machine keeps what it knows about probes. Only root may write there.</summary>
internal static class MachineState
{
    /// <summary>Creates a folder of the state directory, and checks that others cannot change it.</summary>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.ProbeRefused"/>: it cannot be relied on.</exception>
    public static string Folder(ProbePolicy policy, string name)
    {
        var path = Path.Combine(policy.StateDirectory, name);
        try
        {
            PrivateDirectory.Create(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Refused(path, OutputFile.Cause(error));
        }
        return PrivateDirectory.WhyShared(path) is { } why ? throw Refused(path, why) : path;
    }

    /// <summary>An error of a state that cannot be relied on.</summary>
    public static KernelMagnifierException Refused(string path, string cause)
        => new(ErrorCode.ProbeRefused, path, $"the state of probes on this machine cannot be kept there: {cause}.",
            "Make it a directory of root that no other can write to.");
}
