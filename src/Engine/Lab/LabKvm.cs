using System.Globalization;
using KernelMagnifier.Native;

namespace KernelMagnifier.Lab;

/// <summary>Whether guests run under KVM here: a guest is booted with it once for each kernel and boot of this machine.</summary>
internal static class LabKvm
{
    /// <summary>The device.</summary>
    public const string Device = "/dev/kvm";

    private const string Works = "works";
    private const int CanReadWrite = 6; // R_OK | W_OK
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(25);

    /// <summary>Decides it.</summary>
    /// <param name="scripts">The scripts.</param>
    /// <param name="kernel">The kernel to boot.</param>
    /// <param name="asked">What was asked for.</param>
    /// <param name="report">Takes what is done.</param>
    /// <param name="cancel">Ends it.</param>
    /// <returns>Whether KVM is used, and why.</returns>
    public static (bool IsKvm, string Reason) Decide(
        LabScripts scripts, LabKernel kernel, LabAccelerator asked, Action<string> report, CancellationToken cancel)
    {
        if (asked == LabAccelerator.Kvm) return (true, "It was asked for.");
        if (asked == LabAccelerator.Emulated) return (false, "It was asked for.");
        if (WhyUnusable() is { } why) return (false, why);
        var known = Path.Combine(LabCache.Create(), $"kvm-{Boot()}-{Key(kernel)}");
        if (LabJob.Text(known).Trim() is { Length: > 0 } text)
            return (text == Works, text == Works ? "A guest boots with KVM here." : text);
        report("trying KVM");
        var result = Try(scripts, kernel, cancel);
        File.WriteAllText(known, result ?? Works);
        return (result is null, result ?? "A guest boots with KVM here.");
    }

    /// <summary>Why the device cannot be opened; null if it can.</summary>
    public static string? WhyUnusable()
        => !File.Exists(Device) ? "This machine has no /dev/kvm."
            : FileCalls.Access(Device, CanReadWrite) == 0 ? null
            : "This user may not open /dev/kvm: add it to the group kvm.";

    private static string? Try(LabScripts scripts, LabKernel kernel, CancellationToken cancel)
    {
        var folder = Directory.CreateTempSubdirectory("km-kvm-");
        try
        {
            var share = folder.CreateSubdirectory("share").FullName;
            LabJob.Write(scripts, new LabPlan { Output = share, Load = new LabLoad { Command = ["true"] } }, 1, share);
            var end = new LabGuest
            {
                Scripts = scripts, Kernel = kernel, Cpus = 1, IsKvm = true, Folder = folder.FullName,
                BootTimeout = Limit, Timeout = Limit * 2, HangTimeout = Limit,
            }.Run((_, _) => { }, cancel);
            return end.Status == 0 ? null
                : string.Create(CultureInfo.InvariantCulture,
                    $"A guest with KVM did not boot within {Limit.TotalSeconds:0} s here.");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static string Boot()
    {
        const string Id = "/proc/sys/kernel/random/boot_id";
        return File.Exists(Id) ? File.ReadAllText(Id).Trim() : "unknown";
    }

    private static string Key(LabKernel kernel)
        => string.Concat((kernel.Image ?? kernel.Folder!).Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' ? c : '_'));
}
