using KernelMagnifier.Recording;

namespace KernelMagnifier.Engine.Tests.Recording;

public sealed class TargetCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("km-command-").FullName;

    public void Dispose() => Directory.Delete(_folder, true);

    [Fact]
    public void A_program_does_not_run_before_it_is_released()
    {
        var mark = Path.Combine(_folder, "mark; touch x");
        using var command = TargetCommand.Hold(TargetCommand.Find("touch"), [mark], _folder, null);
        Assert.True(command.ProcessId > 0);
        Assert.True(Directory.Exists($"/proc/{command.ProcessId}"));
        Assert.False(command.Ended.WaitOne(200));
        Assert.False(File.Exists(mark));
        command.Release();
        Assert.True(command.Ended.WaitOne(20_000));
        Assert.Equal(0, command.ExitCode);
        Assert.True(File.Exists(mark)); // no shell splits the argument
        Assert.Equal(["mark; touch x"], Directory.EnumerateFileSystemEntries(_folder).Select(Path.GetFileName));
    }

    [Fact]
    public void A_program_that_is_never_released_is_killed()
    {
        int process;
        using (var command = TargetCommand.Hold(TargetCommand.Find("sleep"), ["1000"], _folder, null))
        {
            process = command.ProcessId;
            command.Dispose();
            Assert.True(command.Ended.WaitOne(20_000));
        }
        Assert.False(Directory.Exists($"/proc/{process}"));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder));
    }

    [Fact]
    public void Exit_status_and_working_directory()
    {
        File.WriteAllText(Path.Combine(_folder, "here"), "");
        using var command = TargetCommand.Hold(TargetCommand.Find("test"), ["-f", "here"], _folder, _folder);
        command.Release();
        Assert.True(command.Ended.WaitOne(20_000));
        Assert.Equal(0, command.ExitCode);
        using var other = TargetCommand.Hold(TargetCommand.Find("false"), [], _folder, null);
        other.Release();
        Assert.True(other.Ended.WaitOne(20_000));
        Assert.Equal((1, null), (other.ExitCode, other.Signal));
    }

    [Fact]
    public void The_signal_that_ends_a_program()
    {
        using var command = TargetCommand.Hold(TargetCommand.Find("sh"), ["-c", "kill -9 $$"], _folder, null);
        command.Release();
        Assert.True(command.Ended.WaitOne(20_000));
        Assert.Equal((137, 9), (command.ExitCode, command.Signal));
    }

    /// <summary>
    /// The process that is held back has not executed its program, so it still has every descriptor of this process but the given
    /// one.
    /// </summary>
    [Fact]
    public void A_held_program_does_not_keep_the_given_descriptor()
    {
        var path = Path.Combine(_folder, "locked");
        using var file = File.Create(path);
        using var command = TargetCommand.Hold(TargetCommand.Find("true"), [], _folder, null,
            (int)file.SafeFileHandle.DangerousGetHandle());
        // The descriptor is closed before the FIFO is opened, where the process waits.
        Assert.True(SpinWait.SpinUntil(() => !OpenFiles(command.ProcessId).Contains(path), 20_000));
        Assert.False(command.Ended.WaitOne(0));
        Assert.Contains(path, OpenFiles(Environment.ProcessId));
    }

    [Theory]
    [InlineData("no-such-command-at-all",
        "no-such-command-at-all: the command is in no directory of PATH. Give its full path; aliases and built-ins of a shell "
            + "cannot be recorded.")]
    [InlineData("/nowhere/x", "/nowhere/x: the command does not exist. Check the path.")]
    [InlineData("/etc/passwd",
        "/etc/passwd: the command is not executable. Make it executable with chmod +x, or use the interpreter of the script as "
            + "the command.")]
    public void Commands_that_cannot_be_run(string name, string message)
    {
        var error = Assert.Throws<KernelMagnifierException>(() => TargetCommand.Find(name));
        Assert.Equal((ErrorCode.CommandNotFound, message), (error.Code, error.Message));
    }

    private static List<string?> OpenFiles(int process)
        => [.. Directory.EnumerateFileSystemEntries($"/proc/{process}/fd").Select(f => new FileInfo(f).LinkTarget)];
}
