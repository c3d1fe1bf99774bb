using System.Security.Cryptography;
using KernelMagnifier.Recording.Fetching;

namespace KernelMagnifier.Engine.Tests.Recording.Fetching;

/// <summary>A host with one file.</summary>
internal sealed class FakeHost(byte[] content) : IRecordingHost
{
    /// <summary>The offsets that were read from.</summary>
    public List<long> Offsets { get; } = [];

    /// <summary>The bytes that are sent before the connection is lost; null for all.</summary>
    public int? LostAfter { get; set; }

    /// <summary>What is sent; the content unless it was changed.</summary>
    public byte[] Sent { get; set; } = content;

    public string Name { get; init; } = "web1";

    public RemoteRecording Recording { get; } = new("/var/tmp/x.dat", content.Length, Hex(content));

    public IReadOnlyList<RemoteRecording> Find(
        IReadOnlyList<RemotePath> paths, Action<KernelMagnifierException> failed, CancellationToken cancel) => [Recording];

    public string Hash(string path, long length, CancellationToken cancel) => Hex(Sent.AsSpan(0, (int)length));

    public void Read(string path, long offset, Stream into, CancellationToken cancel)
    {
        Offsets.Add(offset);
        var bytes = Sent.AsSpan((int)offset);
        into.Write(LostAfter is { } most ? bytes[..Math.Min(most, bytes.Length)] : bytes);
        if (LostAfter is not null) throw new KernelMagnifierException(ErrorCode.HostFailed, Name, "the connection was lost.");
    }

    private static string Hex(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
