namespace KernelMagnifier.Cli.Tests.Faults;

public class CommandLineTests
{
    /// <summary>A recording of hostile names is drawn by programs that write down what they are told.</summary>
    [Fact]
    public void Programs_that_draw_are_told_no_name()
    {
        using var folder = Tool.Folder();
        Directory.CreateDirectory(folder["bin"]);
        foreach (var program in new[] { "dot", "gnuplot" })
        {
            File.WriteAllText(folder[$"bin/{program}"], "#!/bin/bash\necho \"${0##*/} $*\" >> \"$TOLD\"\ncat > /dev/null\necho '<svg/>'\n");
            File.SetUnixFileMode(folder[$"bin/{program}"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
        string[] names = ["$(id)", "`id`", ";reboot", "-Tpng", "--help", "a b", "\"'\\", "|sh", "$HOME", "*"];
        var recording = folder.Write("hostile.txt", "# tracer: function\n#\n" + string.Concat(names.Select((name, i) =>
            $"{name,16}-{100 + i}     [000] .....  12.{i:000000}: {name.Replace(' ', '_')}_f <-{name.Replace(' ', '_')}_g\n")));
        var outcome = Native.Bash($"export TOLD='{folder["told"]}' PATH='{folder["bin"]}':$PATH; kernel-magnifier graph '{recording}' -o a.svg; kernel-magnifier graph '{recording}' -o a.pdf; kernel-magnifier report '{recording}' -o b.svg", folder.Path);
        Assert.Contains("dot -Tsvg", File.ReadAllLines(folder["told"]));
        // Every argument is an option of ours or a plain word; none is or holds a name.
        Assert.All(File.ReadAllLines(folder["told"]), line => Assert.Matches(@"^(dot -T(svg|pdf)|gnuplot -d -)$", line));
        Assert.DoesNotContain("defect", outcome.Error, StringComparison.Ordinal);
    }
}
