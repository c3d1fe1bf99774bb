namespace KernelMagnifier.Cli.Tests.Faults;

public class CommandLineTests
{
    /// <summary>Draws a recording of hostile names with programs that log their arguments.</summary>
    [Fact]
    public void DrawingProgramsGetNoNamesAsArguments()
    {
        using var folder = Tool.Folder();
        Directory.CreateDirectory(folder["bin"]);
        foreach (var program in new[] { "dot", "gnuplot" })
        {
            File.WriteAllText(
                folder[$"bin/{program}"], "#!/bin/bash\necho \"${0##*/} $*\" >> \"$LOG\"\ncat > /dev/null\necho '<svg/>'\n");
            File.SetUnixFileMode(
                folder[$"bin/{program}"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
        string[] names = ["$(id)", "`id`", ";reboot", "-Tpng", "--help", "a b", "\"'\\", "|sh", "$HOME", "*"];
        var recording = folder.Write("hostile.txt", "# tracer: function\n#\n" + string.Concat(names.Select((name, i) =>
            $"{name,16}-{100 + i}     [000] .....  12.{i:000000}: {name.Replace(' ', '_')}_f <-{name.Replace(' ', '_')}_g\n")));
        var outcome = Native.Bash(
            $"export LOG='{folder["log"]}' PATH='{folder["bin"]}':$PATH; kernel-magnifier graph '{recording}' -o a.svg; kernel-magnifier graph '{recording}' -o a.pdf; kernel-magnifier report '{recording}' -o b.svg",
            folder.Path);
        Assert.Contains("dot -Tsvg", File.ReadAllLines(folder["log"]));
        // No argument contains a name of the recording.
        Assert.All(File.ReadAllLines(folder["log"]), line => Assert.Matches(@"^(dot -T(svg|pdf)|gnuplot -d -)$", line));
        Assert.DoesNotContain("defect", outcome.Error, StringComparison.Ordinal);
    }
}
