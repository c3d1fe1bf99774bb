using System.Globalization;
using KernelMagnifier.Native;
using KernelMagnifier.Probes.Library;
using KernelMagnifier.Probes.Policies;

namespace KernelMagnifier.Probes.Running;

/// <summary>The right to run a probe on this machine: as many at a time as its limits allow. It ends with the process at the
/// latest.</summary>
internal sealed class ProbeSlot : IDisposable
{
    private readonly int _file;

    private ProbeSlot(int file) => _file = file;

    /// <summary>Takes a free slot.</summary>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.ProbeBusy"/>, or the state cannot be kept.</exception>
    public static ProbeSlot Take(ProbePolicy policy, string name, int most)
    {
        var folder = MachineState.Folder(policy, "locks");
        for (var i = 0; i < Math.Max(1, most); i++)
        {
            var path = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{name}.{i}"));
            var file = FileCalls.Open(path,
                FileCalls.ReadWrite | FileCalls.CreateFile | FileCalls.NoFollow | FileCalls.NonBlocking, FileCalls.OwnerOnly);
            if (file < 0) throw MachineState.Refused(path, Errno.Describe(-file));
            if (FileCalls.TryLock(file)) return new ProbeSlot(file);
            _ = FileCalls.Close(file);
        }
        throw new KernelMagnifierException(ErrorCode.ProbeBusy, name,
            most <= 1 ? "the probe runs on this machine already." : $"{most} runs of the probe are on this machine already.",
            "Wait until it ends.");
    }

    /// <summary>Lets others run it.</summary>
    public void Dispose()
    {
        FileCalls.Unlock(_file);
        _ = FileCalls.Close(_file);
    }
}
