using KernelMagnifier.Logs;

namespace KernelMagnifier.Engine.Tests.Logs;

/// <summary>A directory of this user alone, with spools in it.</summary>
internal sealed class TemporaryDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateDirectory(
        System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"km-logs-{Guid.NewGuid():N}"), (UnixFileMode)0b111_000_000).FullName;

    public string this[string name] => System.IO.Path.Combine(Path, name);

    public LogDelivery Delivery(long size = LogDelivery.DefaultSpoolSize) => new(this["spool"], size);

    public void Dispose() => Directory.Delete(Path, true);
}
