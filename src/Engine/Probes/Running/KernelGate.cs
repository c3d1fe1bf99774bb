using System.Globalization;
using KernelMagnifier.Native;

namespace KernelMagnifier.Probes.Running;

/// <summary>Whether this machine lets this process run BPF programs, before bpftrace says so in its words.</summary>
internal static class KernelGate
{
    private static readonly (int Bit, string Name)[] Needed = [(12, "CAP_NET_ADMIN"), (21, "CAP_SYS_ADMIN"), (38, "CAP_PERFMON"),
        (39, "CAP_BPF")];

    /// <summary>Fails if this process is not root.</summary>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.NotRoot"/>.</exception>
    public static void CheckUser()
    {
        if (ProcessCalls.EffectiveUser() != 0)
            throw new KernelMagnifierException(ErrorCode.NotRoot, null, "Running a probe needs root.",
                "Use sudo; a rule for exactly 'kernel-magnifier probe run *' lets a user run what is approved.");
    }

    /// <summary>Fails if the kernel does not let root use BPF.</summary>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.KernelLockedDown"/> or <see
    /// cref="ErrorCode.NotRoot"/>.</exception>
    public static void CheckKernel()
        => Check(Read("/sys/kernel/security/lockdown"), Read("/proc/self/status"), BpfCalls.CountRunTime);

    /// <summary>Fails if what a kernel states forbids BPF.</summary>
    internal static void Check(string lockdown, string status, Func<int> bpf)
    {
        if (lockdown.Contains("[confidentiality]", StringComparison.Ordinal))
            throw LockedDown("the kernel is locked down in the mode confidentiality: nothing can be read from it, not even by root.");
        var file = bpf();
        if (file >= 0) _ = FileCalls.Close(file);
        // A kernel that cannot count run times answers so, and still runs programs.
        if (file != -Errno.NotPermitted && file != -Errno.NoSystemCall) return;
        if (file == -Errno.NoSystemCall) throw LockedDown("the kernel was built without BPF (CONFIG_BPF_SYSCALL).");
        var missing = Missing(status);
        throw missing.Length > 0
            ? new KernelMagnifierException(ErrorCode.NotRoot, null,
                $"The process has no permission to use BPF: it lacks {string.Join(", ", missing)}.",
                "Run it outside of the container, or give it these capabilities.")
            : LockedDown("the kernel refuses bpf() although the process has all capabilities: a security module or seccomp filter forbids it.");
    }

    private static string[] Missing(string status)
    {
        const string Name = "CapEff:";
        var at = status.IndexOf(Name, StringComparison.Ordinal);
        if (at < 0) return [];
        var text = status.AsSpan(at + Name.Length);
        var end = text.IndexOf('\n');
        return ulong.TryParse((end < 0 ? text : text[..end]).Trim(), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture,
            out var set)
            ? [.. Needed.Where(needed => (set >> needed.Bit & 1) == 0).Select(needed => needed.Name)] : [];
    }

    private static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private static KernelMagnifierException LockedDown(string cause)
        => new(ErrorCode.KernelLockedDown, null, char.ToUpperInvariant(cause[0]) + cause[1..],
            "Run the probe on another machine, or show stored output.");
}
