using System.Text;
using KernelMagnifier.Processes;

namespace KernelMagnifier.Lab;

/// <summary>A kernel that guests boot.</summary>
/// <param name="Name">As it was asked for.</param>
/// <param name="Folder">The directory of the unpacked linux-image; null if an image is given.</param>
/// <param name="Image">The image; null if a directory is given.</param>
/// <param name="ModulePath">The modules of the image.</param>
internal sealed record LabKernel(string Name, string? Folder, string? Image, string? ModulePath)
{
    private static readonly TimeSpan DownloadLimit = TimeSpan.FromMinutes(10);

    /// <summary>Finds a kernel; downloads and unpacks it if need be.</summary>
    /// <param name="scripts">The scripts.</param>
    /// <param name="name">What was asked for.</param>
    /// <param name="cancel">Ends the download.</param>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.KernelUnreadable"/>: there is none.</exception>
    public static LabKernel Find(LabScripts scripts, string name, CancellationToken cancel)
    {
        if (name.Contains('/', StringComparison.Ordinal))
        {
            var folder = Path.GetFullPath(name);
            if (Directory.Exists(folder) && Directory.Exists(Path.Combine(folder, "boot")))
                return new LabKernel(name, folder, null, null);
            throw new KernelMagnifierException(ErrorCode.KernelUnreadable, name,
                "this is no directory with an unpacked linux-image.",
                "Unpack one: dpkg -x linux-image-….deb DIRECTORY. "
                    + "For an image without a package, give the image and its modules.");
        }
        LabCache.Create();
        using var output = new MemoryStream();
        var result = ExternalTool.Run(ExternalTool.Find("bash", "bash", "bash"), [scripts.Of("kernel.sh"), name], "", output,
            DownloadLimit, cancel);
        if (!result.Finished)
            throw new KernelMagnifierException(ErrorCode.KernelUnreadable, name, "apt-get did not get the kernel in time.",
                "Try again with a faster network, or give a directory with an unpacked linux-image.");
        if (result.ExitCode != 0)
            throw new KernelMagnifierException(ErrorCode.KernelUnreadable, name,
                $"there is no such kernel: {result.Errors.Trim().ReplaceLineEndings(". ")}.",
                "Name one that apt-get has, or give a directory with an unpacked linux-image.");
        return new LabKernel(name, Encoding.UTF8.GetString(output.ToArray()).Trim(), null, null);
    }

    /// <summary>A kernel image with its modules.</summary>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.KernelUnreadable"/>: one of them does not
    /// exist.</exception>
    public static LabKernel OfImage(string image, string? modules)
    {
        if (!File.Exists(image))
            throw new KernelMagnifierException(ErrorCode.KernelUnreadable, image, "this kernel image does not exist.");
        if (modules is null)
            throw new KernelMagnifierException(ErrorCode.BadRequest, image, "the modules of this kernel are missing.",
                "Give the directory with its modules: a guest needs those of virtio and 9p.");
        if (!Directory.Exists(modules))
            throw new KernelMagnifierException(ErrorCode.KernelUnreadable, modules, "this directory of modules does not exist.");
        return new LabKernel(Path.GetFileName(image), null, Path.GetFullPath(image), Path.GetFullPath(modules));
    }

    /// <summary>The options of the script for it.</summary>
    public IEnumerable<string> Options => Image is null ? ["-k", Folder!] : ["-i", Image, "-M", ModulePath!];
}
