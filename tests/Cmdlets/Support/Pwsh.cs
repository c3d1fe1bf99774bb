using System.Diagnostics;

namespace KernelMagnifier.Cmdlets.Tests.Support;

/// <summary>A pwsh 7.6 or newer: the one on PATH, or else the .NET tool that the tool manifest pins.</summary>
internal static class Pwsh
{
    private static readonly string[][] Candidates = [["pwsh"], ["dotnet", "tool", "run", "pwsh", "--"]];

    /// <summary>The command line that starts pwsh; null if there is none.</summary>
    public static string[]? Command { get; } = Array.Find(Candidates, IsRecent);

    /// <summary>Runs a script in pwsh and returns its output. Fails if the script fails.</summary>
    public static string Run(string script)
    {
        var (code, output, error) = Start(Command!, $"$ErrorActionPreference = 'Stop'; {script}");
        Assert.True(code == 0, $"pwsh ended with {code}: {error}{output}");
        return output;
    }

    private static (int Code, string Output, string Error) Start(string[] command, string script)
    {
        var start = new ProcessStartInfo(command[0], [.. command[1..], "-NoProfile", "-NonInteractive", "-Command", script])
        {
            WorkingDirectory = Repository.Root,
            RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true,
        };
        start.Environment["NO_COLOR"] = "1";
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }

    private static bool IsRecent(string[] command)
    {
        try
        {
            return Start(command, "exit [int]($PSVersionTable.PSVersion -lt [version]'7.6')").Code == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
