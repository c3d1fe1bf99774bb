using KernelMagnifier.Recording;

namespace KernelMagnifier.Engine.Tests.Recording;

public sealed class TargetCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("km-command-").FullName;

    public void Dispose() => Directory.Delete(_folder, true);

    [Fact]
    public void A_program_does_not_run_before_it_is_let_go()
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
        Assert.True(File.Exists(mark)); // one argument, whatever a shell would make of it
        Assert.Equal(["mark; touch x"], Directory.EnumerateFileSystemEntries(_folder).Select(Path.GetFileName));
    }

    [Fact]
    public void A_program_never_let_go_is_ended()
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
    public void The_exit_status_and_the_working_directory_are_told()
    {
        File.WriteAllText(Path.Combine(_folder, "here"), "");
        using var command = TargetCommand.Hold(TargetCommand.Find("test"), ["-f", "here"], _folder, _folder);
        command.Release();
        Assert.True(command.Ended.WaitOne(20_000));
        Assert.Equal(0, command.ExitCode);
        using var other = TargetCommand.Hold(TargetCommand.Find("false"), [], _folder, null);
        other.Release();
        Assert.True(other.Ended.WaitOne(20_000));
        Assert.Equal(1, other.ExitCode);
    }

    [Theory]
    [InlineData("no-such-command-at-all", "The command 'no-such-command-at-all' was found in no directory of PATH. Give its full path; what only a shell knows (an alias, a built-in) cannot be recorded.")]
    [InlineData("/nowhere/x", "The command '/nowhere/x' is not there. Check the path.")]
    [InlineData("/etc/passwd", "The command '/etc/passwd' cannot be run: it is not executable. chmod +x makes it so; a script of another language is given to its interpreter.")]
    public void Commands_that_cannot_be_run(string name, string message)
    {
        var error = Assert.Throws<RecordingException>(() => TargetCommand.Find(name));
        Assert.Equal((ErrorCode.CommandNotFound, message), (error.Code, error.Message));
    }
}
