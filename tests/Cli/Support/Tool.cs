using System.Diagnostics;
using System.Text;

namespace KernelMagnifier.Cli.Tests.Support;

/// <summary>What a run of the tool left.</summary>
internal sealed record Outcome(int Exit, string Out, string Error)
{
    public string[] Lines => Out.Split(["\r\n", "\n"], StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The output as CSV: the header, then the rows by column name.</summary>
    public List<Dictionary<string, string>> Csv()
    {
        var rows = CsvReader.Read(Out);
        return [.. rows.Skip(1).Select(row => rows[0].Zip(row).ToDictionary(c => c.First, c => c.Second))];
    }

    public Outcome Succeeds()
    {
        Assert.True(Exit == 0, $"exit code {Exit}: {Error}");
        return this;
    }
}

/// <summary>Runs the tool in this process, with streams of its own, or as a process.</summary>
internal static class Tool
{
    public static readonly string Small = SharedData.Local("km-small.data.zst");
    public static readonly string Echo = SharedData.Local("tcp-echo.trace.zst");
    public static readonly string Map = SharedData.Local("symbol-filepath.map.zst");

    public static string Program { get; } = Path.Combine(AppContext.BaseDirectory, "kernel-magnifier.dll");

    public static Outcome Run(params string[] args) => RunWith(null, false, args);

    public static Outcome RunWith(Stream? input, bool terminal, params string[] args)
    {
        using var output = new MemoryStream();
        using var error = new StringWriter();
        using var host = new CliHost
        {
            OpenInput = () => input ?? Stream.Null, Output = output, Error = error, OutputIsTerminal = terminal, Colour = terminal,
        };
        var exit = CommandLineTool.Run(args, host);
        return new Outcome(exit, Encoding.UTF8.GetString(output.ToArray()), error.ToString());
    }

    /// <summary>Runs a line of bash in which <c>kernel-magnifier</c> is the tool just built.</summary>
    public static Outcome Bash(string line, string? directory = null)
    {
        using var process = StartBash(line, directory);
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return new Outcome(process.ExitCode, output, error.Result);
    }

    public static Process StartBash(string line, string? directory = null, bool input = false)
    {
        var start = new ProcessStartInfo("bash", ["-c", line])
        {
            RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = input, WorkingDirectory = directory ?? Path.GetTempPath(),
        };
        start.Environment["PATH"] = $"{Door.Value}:{Environment.GetEnvironmentVariable("PATH")}";
        return Process.Start(start)!;
    }

    /// <summary>A folder that is empty, and gone at the end.</summary>
    public static TemporaryFolder Folder() => new();

    private static readonly Lazy<string> Door = new(() =>
    {
        var folder = Directory.CreateTempSubdirectory("km-door-").FullName;
        var script = Path.Combine(folder, "kernel-magnifier");
        File.WriteAllText(script, $"#!/bin/sh\nexec '{Dotnet()}' '{Program}' \"$@\"\n");
        File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        return folder;
    });

    private static string Dotnet()
        => Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? Environment.ProcessPath!
            : Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
}

internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("km-cli-").FullName;

    public string this[string name] => System.IO.Path.Combine(Path, name);

    public string Write(string name, string text)
    {
        File.WriteAllText(this[name], text);
        return this[name];
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}

/// <summary>RFC 4180, read by the letter: what we write is judged by a reader of its own.</summary>
internal static class CsvReader
{
    public static List<string[]> Read(string text)
    {
        var rows = new List<string[]>();
        var row = new List<string>();
        var field = new StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '"' && field.Length == 0)
            {
                for (i++; !(text[i] == '"' && (i + 1 == text.Length || text[i + 1] != '"')); i++)
                {
                    if (text[i] == '"') i++;
                    field.Append(text[i]);
                }
            }
            else if (text[i] == ',' || text[i] == '\r')
            {
                row.Add(field.ToString());
                field.Clear();
                if (text[i] == ',') continue;
                Assert.Equal('\n', text[++i]);
                rows.Add([.. row]);
                row.Clear();
            }
            else
            {
                Assert.NotEqual('\n', text[i]);
                field.Append(text[i]);
            }
        }
        Assert.True(row.Count == 0 && field.Length == 0, "the last line ends with CRLF");
        return rows;
    }
}

/// <summary>A test that needs programs of the machine; skipped, with their names, where they are not.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ProgramFactAttribute : FactAttribute
{
    public ProgramFactAttribute(params string[] programs)
    {
        var missing = programs.Where(p => !(Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(d => File.Exists(Path.Combine(d, p)))).ToList();
        if (missing.Count > 0) Skip = $"Not on this machine: {string.Join(", ", missing)}.";
    }
}
