using System.Text;
using KernelMagnifier.Model;

namespace KernelMagnifier.Engine.Tests.Model;

public class FunctionSpellingTests
{
    [Theory]
    [InlineData("vfs_read", "vfs_read", null, null)]
    [InlineData("ext4_write [ext4]", "ext4_write", "ext4", null)]
    [InlineData("vfs_read+0x10/0x90", "vfs_read", null, null)]
    [InlineData("vfs_read+0x10/0x90 <ffffffff81000010>", "vfs_read", null, 0xffffffff81000000UL)]
    [InlineData("ext4_write+0x10/0x90 [ext4] <ffffffffc0000010>", "ext4_write", "ext4", 0xffffffffc0000000UL)]
    [InlineData("ext4_write+0x10/0x90 <ffffffffc0000010> [ext4]", "ext4_write", "ext4", 0xffffffffc0000000UL)]
    [InlineData("vfs_read <ffffffff81000010>", "vfs_read", null, 0xffffffff81000010UL, false)]
    [InlineData("vfs_read <not an address>", "vfs_read <not an address>", null, null)]
    [InlineData("finish_task_switch.isra.0", "finish_task_switch.isra.0", null, null)]
    [InlineData(" [x]", " [x]", null, null)]
    [InlineData("+0x10/0x90", "+0x10/0x90", null, null)]
    [InlineData("", "", null, null)]
    public void ASpellingIsSplitIntoItsParts(string text, string name, string? module, ulong? address, bool isStart = true)
    {
        var spelling = FunctionSpelling.Parse(Encoding.UTF8.GetBytes(text));
        Assert.Equal((name, module, address), (Encoding.UTF8.GetString(spelling.Name), spelling.Module, spelling.Address));
        Assert.Equal(isStart && address is not null, spelling.IsStart);
    }
}
