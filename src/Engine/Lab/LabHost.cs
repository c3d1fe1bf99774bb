using System.Globalization;
using System.Text;
using KernelMagnifier.Files;
using KernelMagnifier.Processes;
using KernelMagnifier.Text;

namespace KernelMagnifier.Lab;

/// <summary>What the lab needs of this machine.</summary>
internal static class LabHost
{
    private const long LeastDisk = 2L << 30, LeastMemory = 3L << 30;
    private const string Ok = "Ok", Missing = "Missing", Limited = "Limited";
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);
    private static readonly string[] SystemPlaces = ["/usr/sbin", "/sbin"];

    private const string EmulatedNote
        = "The CPUs of this guest are emulated: its latencies say nothing about a machine. Compare structure only.";

    private static readonly (string Program, string Package, string? For)[] Programs =
    [
        ("qemu-system-x86_64", "qemu-system-x86", null), ("bash", "bash", null), ("busybox", "busybox-static", null),
        ("modprobe", "kmod", null), ("cpio", "cpio", null), ("setpriv", "util-linux", null),
        ("zstd", "zstd", "compressed modules"), ("apt-get", "apt", "stock kernels by name"),
        ("mkfs.ext4", "e2fsprogs", "scratch disks"), ("rt-app", "rt-app", "workloads"),
        ("fio", "fio", "workloads with block I/O"), ("bpftrace", "bpftrace", "probes"),
    ];

    /// <summary>Checks this machine.</summary>
    /// <param name="recorder">The native executable that records in guests.</param>
    /// <param name="tryKvm">Whether to boot a guest to see whether KVM works, if that is not known and a kernel is
    /// cached.</param>
    /// <param name="cancel">Ends it.</param>
    public static IReadOnlyList<LabCheck> Inspect(string recorder, bool tryKvm, CancellationToken cancel)
    {
        var machine = System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture;
        List<LabCheck> rows =
        [
            new("machine", machine == System.Runtime.InteropServices.Architecture.X64 ? Ok : Missing, machine.ToString(),
                machine == System.Runtime.InteropServices.Architecture.X64 ? null : "Guests are x86-64: use such a machine."),
            .. Programs.Select(one => Program(one.Program, one.Package, one.For)),
            File.Exists(recorder) ? new("recorder", Ok, recorder, null)
                : new("recorder", Limited, null, "Install the native command line: without it, guests do not record."),
        ];
        var hasAll = rows.TrueForAll(row => row.Status != Missing);
        var kernels = hasAll ? Kernels(cancel) : [];
        rows.Add(Kvm(kernels, tryKvm && hasAll, cancel));
        rows.Add(new("kernels", Ok, kernels.Count > 0 ? string.Join(", ", kernels.Select(one => one.Release)) : null,
            kernels.Count > 0 ? null : "A kernel is downloaded when it is used first."));
        rows.Add(Space());
        rows.Add(Memory());
        return rows;
    }

    /// <summary>Boots a guest and measures its noise.</summary>
    /// <param name="plan">The guest: its kernel, CPUs, accelerator and recorder.</param>
    /// <param name="duration">For how long.</param>
    /// <param name="progress">Takes how far it is.</param>
    /// <param name="cancel">Ends it.</param>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.ToolFailed"/>: the guest did not complete.</exception>
    public static IReadOnlyList<LabNoise> Noise(
        LabPlan plan, TimeSpan duration, Action<LabProgress> progress, CancellationToken cancel)
    {
        if (plan.Recorder is null || !File.Exists(plan.Recorder))
            throw new KernelMagnifierException(ErrorCode.ToolNotFound, plan.Recorder ?? "kernel-magnifier",
                "the native executable, which measures in the guest, is not there.",
                "Install the native command line, or give its path.");
        var folder = Directory.CreateTempSubdirectory("km-noise-");
        try
        {
            // A copy in the job has a name that the guest sees.
            var script = Path.Combine(folder.FullName, "noise");
            File.Copy(plan.Recorder, script);
            LabRun? run = null;
            LabRunner.Run(plan with
            {
                Output = folder.FullName, Count = 1, Presets = [], Events = [],
                Load = new LabLoad
                {
                    Script = script,
                    Arguments = ["lab", "noise", "--json", "--duration",
                        duration.TotalSeconds.ToString(CultureInfo.InvariantCulture)],
                },
            }, one => run = one, progress, cancel);
            var text = LabJob.Text(Path.Combine(run!.Directory, "share", "output.txt"));
            var rows = run.Outcome == LabVerdict.Completed
                ? LabNoiseText.Parse(text, run.Accelerator, run.Accelerator == "Kvm" ? null : EmulatedNote) : null;
            return rows ?? throw new KernelMagnifierException(ErrorCode.ToolFailed, run.Kernel,
                run.Reason ?? "the guest did not print its noise.");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Checks that the programs that a load needs are here.</summary>
    /// <param name="load">The load.</param>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.ToolNotFound"/>: some are missing.</exception>
    public static void RequirePrograms(LabLoad load)
    {
        var missing = Programs
            .Where(one => one.For is null || (load.Workload is { } workload
                && (one.Program == "rt-app" || (one.Program == "fio" && LabJob.HasIo(workload)))))
            .Where(one => PathOf(one.Program) is null).ToList();
        if (missing.Count > 0)
            throw new KernelMagnifierException(ErrorCode.ToolNotFound, string.Join(", ", missing.Select(one => one.Program)),
                "the lab needs this, and it is not in PATH.",
                $"Install it: apt-get install {string.Join(' ', missing.Select(one => one.Package))}");
    }

    private static string? PathOf(string program)
        => SystemPlaces.Concat((Environment.GetEnvironmentVariable("PATH") ?? "").Split(':'))
            .Where(Path.IsPathFullyQualified).Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);

    private static LabCheck Program(string program, string package, string? purpose)
    {
        var path = PathOf(program);
        return path is not null ? new(program, Ok, path, null)
            : new(program, purpose is null ? Missing : Limited, null,
                $"apt-get install {package}{(purpose is null ? "" : $" (for {purpose})")}");
    }

    private static List<(string Release, string Folder)> Kernels(CancellationToken cancel)
    {
        using var scripts = new LabScripts();
        using var output = new MemoryStream();
        ExternalTool.Run(ExternalTool.Find("bash", "bash", "bash"), [scripts.Of("kernel.sh"), "--list"], "", output, Limit,
            cancel);
        return
        [
            .. Encoding.UTF8.GetString(output.ToArray()).Split('\n').Select(line => line.Split('\t'))
                .Where(words => words.Length == 2).Select(words => (words[0], words[1])),
        ];
    }

    private static LabCheck Kvm(List<(string Release, string Folder)> kernels, bool tryIt, CancellationToken cancel)
    {
        const string Then = "Guests are emulated: their latencies say nothing about a machine.";
        if (LabKvm.WhyUnusable() is { } why) return new("kvm", Limited, why, Then);
        if (!tryIt || kernels.Count == 0) return new("kvm", Limited, "/dev/kvm is there; no guest was booted with it.", null);
        using var scripts = new LabScripts();
        var kernel = new LabKernel(kernels[0].Release, kernels[0].Folder, null, null);
        var (isKvm, reason) = LabKvm.Decide(scripts, kernel, LabAccelerator.Auto, _ => { }, cancel);
        return new("kvm", isKvm ? Ok : Limited, reason, isKvm ? null : Then);
    }

    private static LabCheck Space()
    {
        var at = PrivateDirectory.Existing(LabCache.Folder);
        var free = new DriveInfo(at).AvailableFreeSpace;
        return new("disk", free >= LeastDisk ? Ok : Limited, $"{Sizes.Format(free)} free in {at}",
            free >= LeastDisk ? null : "A kernel needs about 500 MB. Free space, or set XDG_CACHE_HOME.");
    }

    private static LabCheck Memory()
    {
        const string Info = "/proc/meminfo", Mark = "MemAvailable:";
        var line = File.Exists(Info) ? Array.Find(File.ReadAllLines(Info),
            text => text.StartsWith(Mark, StringComparison.Ordinal)) : null;
        if (line is null || !long.TryParse(line[Mark.Length..].Replace("kB", "", StringComparison.Ordinal),
            NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var kilobytes))
            return new("memory", Limited, null, null);
        var isEnough = kilobytes * 1024 >= LeastMemory;
        return new("memory", isEnough ? Ok : Limited, $"{Sizes.Format(kilobytes * 1024)} available",
            isEnough ? null : "A guest has 2 GB. Give it less.");
    }
}
