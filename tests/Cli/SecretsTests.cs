using System.Runtime.CompilerServices;
using KernelMagnifier.Model;

namespace KernelMagnifier.Cli.Tests;

/// <summary>Whatever the secrets of the hashes are, every output has the same bytes.</summary>
public class SecretsTests
{
    private static readonly string Graph = SharedData.Local("graph/fg-proc-abstime-tail.txt.zst");
    private static readonly string Dat = SharedData.Local("trace-dat/mix-plain.dat");

    public static TheoryData<string> Commands =>
    [
        "info {0} --json", "edges {0} --csv", "edges {0} --json", "calls {0} --csv", "calls {0} --by task,context,cpu --csv",
        "calls {0} --by caller,function,task --csv", "events {0} --csv",
    ];

    public static TheoryData<string> Outputs =>
    [
        "graph {0} -o {1}.dot", "graph {0} -o {1}.html", "profile {0} -o {1}.folded", "profile {0} -o {1}.speedscope.json", "profile {0} -o {1}.json",
        "profile {0} -o {1}.graphml", "profile {0} -o {1}.mmd", "profile {0} -o {1}.perfetto-trace", "report {0} -o {1}.csv", "report {0} -o {1}.md",
    ];

    [Theory]
    [MemberData(nameof(Commands))]
    public void TextDoesNotDependOnThem(string command)
    {
        foreach (var recording in new[] { Graph, Dat, Tool.Echo })
            Same(() => Tool.Run(Words(command, recording, "")).Succeeds().Out);
    }

    [Theory]
    [MemberData(nameof(Outputs))]
    public void FilesDoNotDependOnThem(string command)
    {
        using var folder = Tool.Folder();
        foreach (var recording in new[] { Graph, Dat, Tool.Echo })
            Same(() =>
            {
                // The name of the output is part of some formats.
                foreach (var file in Directory.GetFiles(folder["."])) File.Delete(file);
                Tool.Run(Words(command, recording, folder["out"])).Succeeds();
                return Convert.ToHexString(File.ReadAllBytes(Directory.GetFiles(folder["."]).Single()));
            });
    }

    private static string[] Words(string command, string recording, string output)
        => [.. command.Split(' ').Select(word => word.Replace("{0}", recording, StringComparison.Ordinal).Replace("{1}", output, StringComparison.Ordinal))];

    private static void Same(Func<string> run)
    {
        var first = With(1, run);
        Assert.All(new ulong[] { 2, 3, 4 }, seed => Assert.Equal(first, With(seed, run)));
    }

    private static string With(ulong seed, Func<string> run)
    {
        Secrets.Fixed.Value = new StrongBox<ulong>(seed);
        try
        {
            return run();
        }
        finally
        {
            Secrets.Fixed.Value = null;
        }
    }
}
