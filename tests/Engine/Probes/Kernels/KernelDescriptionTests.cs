using System.Buffers.Binary;
using System.Text;
using KernelMagnifier.Engine.Tests.Support;
using KernelMagnifier.Probes.Checks;
using KernelMagnifier.Probes.Kernels;
using KernelMagnifier.Probes.Policies;

namespace KernelMagnifier.Engine.Tests.Probes.Kernels;

/// <summary>Descriptions of kernels from directories, recordings and BTF.</summary>
public class KernelDescriptionTests
{
    [SharedDataFact]
    public void ReadsTheDescriptionOfARealKernel()
    {
        var kernel = KernelDescription.Open(SharedData.Shared("meta"));
        Assert.Equal("6.1.0-56-amd64", kernel.Release);
        Assert.True(kernel.HasAllEvents && kernel.Events!.Count > 1000 && kernel.Functions!.Count > 30_000 && kernel.Symbols!.Count > 50_000);
        Assert.Contains("prev_comm", kernel.Events!["sched:sched_switch"]!);
        var check = ProgramCheck.CheckFile("tracepoint:sched:sched_swtich { @x = count() } kprobe:tcp_sendmsg { @y = count() } kprobe:no_such_function_x { }"u8.ToArray(), "p", new ProbePolicy(), kernel);
        Assert.Equal(2, check.Findings.Count(finding => finding.Rule == "not-attachable"));
        Assert.Contains(check.Findings, finding => finding.Message.Contains("nearest: sched:sched_switch", StringComparison.Ordinal));
    }

    [Fact]
    public void ReadsADirectory()
    {
        var folder = Directory.CreateTempSubdirectory("km-test-").FullName;
        Directory.CreateDirectory(Path.Combine(folder, "events/sched/sched_switch"));
        File.WriteAllText(Path.Combine(folder, "events/sched/sched_switch/format"),
            "name: sched_switch\nID: 1\nformat:\n\tfield:unsigned short common_type;\toffset:0;\n\tfield:char prev_comm[16];\toffset:8;\n\tfield:__data_loc char[] name;\toffset:24;\n\tfield:const char * path;\toffset:28;\n");
        File.WriteAllText(Path.Combine(folder, "available_filter_functions"), "vfs_read\nvirtio [virtio]\n");
        File.WriteAllText(Path.Combine(folder, "osrelease"), "6.12.1\n");
        File.WriteAllBytes(Path.Combine(folder, "vmlinux.btf"), Btf("vfs_read"));
        var kernel = KernelDescription.Open(folder);
        Assert.Equal("6.12.1", kernel.Release);
        Assert.Equal(["name", "path", "prev_comm"], kernel.Events!["sched:sched_switch"]!.Order());
        Assert.Equal(["vfs_read", "virtio"], kernel.Functions!.Order());
        Assert.Equal(["vfs_read"], kernel.TypedFunctions!);
        Assert.Null(kernel.Symbols);
        Directory.Delete(folder, true);
    }

    [Fact]
    public void ReadsARecordingWhoseEventsAreNotAll()
    {
        var kernel = KernelDescription.Open(SharedData.Local("trace-dat/fn-lossy.dat"));
        Assert.False(kernel.HasAllEvents);
        Assert.NotEmpty(kernel.Events!);
        var check = ProgramCheck.CheckFile("tracepoint:nothing:there { @x = 1 }"u8.ToArray(), "p", new ProbePolicy(), kernel);
        Assert.Equal("attach-unknown", check.Findings.Single(finding => finding.Rule is "attach-unknown" or "not-attachable").Rule);
    }

    [Fact]
    public void RefusesWhatIsNoDescription()
    {
        foreach (var path in new[] { "/no/such", "/etc/hostname", Path.GetTempPath() })
            Assert.Equal(ErrorCode.KernelUnreadable, Assert.Throws<KernelMagnifierException>(() => KernelDescription.Open(path)).Code);
    }

    [Fact]
    public void ReadsBtfInBothByteOrdersAndRefusesDamage()
    {
        var btf = Btf("vfs_read", "tcp_reset");
        Assert.Equal(["tcp_reset", "vfs_read"], BtfReader.Functions(btf).Order());
        for (var length = 0; length < btf.Length; length++) Assert.Throws<InvalidDataException>(() => BtfReader.Functions(btf.AsSpan(0, length)));
        btf[24 + 7] = 31;
        Assert.Throws<InvalidDataException>(() => BtfReader.Functions(btf));
    }

    /// <summary>BTF with functions only.</summary>
    internal static byte[] Btf(params string[] functions)
    {
        var texts = new List<byte> { 0 };
        var types = new List<byte>();
        foreach (var function in functions)
        {
            foreach (var number in new[] { (uint)texts.Count, 12u << 24, 0u })
            {
                var bytes = new byte[4];
                BinaryPrimitives.WriteUInt32LittleEndian(bytes, number);
                types.AddRange(bytes);
            }
            texts.AddRange(Encoding.UTF8.GetBytes(function));
            texts.Add(0);
        }
        var header = new byte[24];
        BinaryPrimitives.WriteUInt32LittleEndian(header, 0x1EB9F);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(4), 24);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(12), (uint)types.Count);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(16), (uint)types.Count);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(20), (uint)texts.Count);
        return [.. header, .. types, .. texts];
    }
}
