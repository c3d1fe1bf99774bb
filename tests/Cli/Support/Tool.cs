using System.Diagnostics;
using System.Text;

namespace KernelMagnifier.Cli.Tests.Support;

/// <summary>Runs the tool in this process or as a separate process.</summary>
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

    /// <summary>Runs a line of bash in which <c>kernel-magnifier</c> is the managed build.</summary>
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
        start.Environment["PATH"] = $"{Launcher.Value}:{Environment.GetEnvironmentVariable("PATH")}";
        return Process.Start(start)!;
    }

    /// <summary>Creates an empty folder, which is deleted when it is disposed.</summary>
    public static TemporaryFolder Folder() => new();

    private static readonly Lazy<string> Launcher = new(() =>
    {
        var folder = Directory.CreateTempSubdirectory("km-launcher-").FullName;
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
