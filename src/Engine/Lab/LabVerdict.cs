using System.Globalization;

namespace KernelMagnifier.Lab;

/// <summary>What became of a run, and why.</summary>
/// <param name="Outcome">See <see cref="LabRun.Outcome"/>.</param>
/// <param name="Reason">Why it did not complete, and what to do about it; null if it did. Untrusted text.</param>
/// <param name="Action">The recommended action alone; null if it completed.</param>
internal sealed record LabVerdict(string Outcome, string? Reason, string? Action)
{
    public const string Completed = "Completed", Failed = "Failed", Panicked = "Panicked", HungAtBoot = "HungAtBoot",
        Hung = "Hung", DiskFull = "DiskFull", ShareLost = "ShareLost", NotStarted = "NotStarted";

    // The exit statuses of guest.sh.
    private const int NothingToBoot = 124, QemuFailed = 125;

    private const string NoSpace = "No space left on device";

    /// <summary>Judges the end of a guest.</summary>
    /// <param name="end">The end.</param>
    /// <param name="plan">What was asked for.</param>
    /// <param name="isKvm">Whether KVM ran the CPUs.</param>
    /// <param name="hasRecording">Whether there is a recording.</param>
    /// <param name="output">What the load printed at the end. Untrusted text.</param>
    public static LabVerdict Of(LabEnd end, LabPlan plan, bool isKvm, bool hasRecording, string output)
    {
        if (end.IsShareLost || end.Stop == LabStop.ShareGone)
            return Make(ShareLost, "the directory shared with the guest was removed while it ran",
                "Keep the output directory until the run ends.");
        if (end.Stop == LabStop.HostDiskFull)
            return Make(DiskFull, "the file system of the output is full", "Free space, or use another output directory.");
        if (end.Stop == LabStop.Flood)
            return Make(Failed, "the guest flooded its second serial port", "Leave /dev/ttyS1 of the guest alone.");
        return end.Status is { } status ? Ended(status, end, plan, hasRecording, output) : Unended(end, plan, isKvm);
    }

    private static LabVerdict Ended(int status, LabEnd end, LabPlan plan, bool hasRecording, string output)
    {
        var isFull = end.FullPlace is not null || output.Contains(NoSpace, StringComparison.Ordinal)
            || output.Contains("\"endedBy\": \"FreeSpace\"", StringComparison.Ordinal);
        if (status != 0 && isFull)
            return Make(DiskFull,
                $"{end.FullPlace ?? "a file system of the guest"} was full, and the load ended with status {Number(status)}",
                end.FullPlace == "/tmp" ? "Give the guest more memory: its /tmp is there."
                    : "Free space for the output, or write less.");
        if (status != 0)
            return Make(Failed, status switch
            {
                97 => "a probe did not start",
                126 => "the load cannot be executed (status 126)",
                127 => "the guest does not see the program of the load (status 127)",
                > 128 and < 193 => $"signal {Number(status - 128)} ended the load (status {Number(status)})",
                _ => $"the load ended with status {Number(status)}",
            }, "See output.txt in its directory.");
        return plan.IsRecorded && !hasRecording
            ? Make(Failed, "the load ended well, but there is no recording", "See output.txt in its directory.")
            : new LabVerdict(Completed, null, null);
    }

    private static LabVerdict Unended(LabEnd end, LabPlan plan, bool isKvm)
    {
        if (end.Panic is { } panic)
            return Make(Panicked, $"the guest's kernel panicked{(end.BootDuration is null ? " at boot" : "")}: {Tail(panic)}",
                "The log of its console has the stack.");
        return end.Stop switch
        {
            LabStop.BootTimeout => Make(HungAtBoot, end.Release is null
                    ? $"the guest's kernel did not start its first program within {Seconds(plan.BootTimeout)}"
                    : $"the guest's load did not start within {Seconds(plan.BootTimeout)}",
                isKvm ? "KVM may not work here: use the accelerator Emulated."
                    : "Allow more time to boot, or omit kernel parameters."),
            LabStop.NoHeartbeat => Make(Hung, $"the guest gave no sign of life for {Seconds(plan.HangTimeout)}",
                "The log of its console may say why. On a busy machine, allow more time."),
            LabStop.Timeout => Make(Hung, $"the guest did not end within {Seconds(plan.Timeout)}",
                "Allow more time, or give it less to do."),
            _ when end.ScriptStatus == NothingToBoot || (end.Release is null && end.ScriptStatus is not (null or 0 or 126))
                => Make(NotStarted, end.LastLines.Count > 0 ? end.LastLines[^1]
                    : $"QEMU did not start (status {Number(end.ScriptStatus ?? 0)})",
                    "See Test-KmLab, or kernel-magnifier lab check, for what is missing."),
            _ when end.Release is null => Make(NotStarted, "the guest ended before its kernel started its first program",
                "See the log of its console. The image may be of another architecture."),
            _ when end.BootDuration is null => Make(NotStarted, "the guest ended before the load started",
                "See the log of its console. The kernel may lack the modules of virtio and 9p."),
            _ => Make(Failed, end.ScriptStatus == QemuFailed ? "QEMU ended while the guest ran"
                : "the guest was switched off or restarted by what it ran",
                "The load must end by itself."),
        };
    }

    private static LabVerdict Make(string outcome, string cause, string action)
        => new(outcome, char.ToUpperInvariant(cause[0]) + cause[1..].TrimEnd('.') + ". " + action, action);

    private static string Tail(string panic) => panic[panic.IndexOf("not syncing", StringComparison.Ordinal)..]
        .Replace("not syncing:", "", StringComparison.Ordinal).Trim();

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Seconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.#} s");
}
