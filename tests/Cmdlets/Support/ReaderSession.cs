using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace KernelMagnifier.Cmdlets.Tests.Support;

/// <summary>A runspace of the session configuration in docs/jea, with one recording inside its folder and one outside.</summary>
public sealed class ReaderSession : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Shell _reader, _full;

    public ReaderSession()
    {
        Directory.CreateDirectory(Recordings);
        File.Copy(Repository.Mix, Inside);
        File.Copy(Repository.Mix, Outside);
        var sample = File.ReadAllText(Path.Combine(Repository.Root, "docs", "jea", "KernelMagnifierReader.pssc"));
        sample = Replace(sample, "/opt/KernelMagnifier/KernelMagnifier.psd1", Repository.Manifest);
        File.WriteAllText(Configuration, Replace(sample, "/var/lib/kernel-magnifier", Recordings));
        _reader = Shell.Open(InitialSessionState.CreateFromSessionConfigurationFile(Configuration, _ => false));
        _full = Shell.Open();
    }

    public string Recordings => _folder.File("recordings");

    public string Inside => Path.Combine(Recordings, "mix.dat");

    public string Outside => _folder.File("outside.dat");

    /// <summary>The path of the session configuration.</summary>
    public string Configuration => _folder.File("reader.pssc");

    /// <summary>Runs a script as a remote session does: as commands if it consists only of commands.</summary>
    internal Outcome Run(string script)
    {
        using var command = ToCommands(script) ?? PowerShell.Create().AddScript(script);
        command.Runspace = _reader.Runspace;
        return Shell.Invoke(command);
    }

    /// <summary>Pipes an object of the client to a command, as Invoke-Command does.</summary>
    internal Outcome Pipe(object input, string command, params (string Name, object Value)[] parameters)
    {
        using var session = PowerShell.Create();
        session.AddCommand(command);
        foreach (var (name, value) in parameters) session.AddParameter(name, value);
        session.Runspace = _reader.Runspace;
        return Shell.Invoke(session, [input]);
    }

    public void Dispose()
    {
        _reader.Dispose();
        _full.Dispose();
        _folder.Dispose();
    }

    private PowerShell? ToCommands(string script)
    {
        var outcome = _full.Run($"{{ {script} }}.GetPowerShell()");
        return outcome.Errors.Count > 0 ? null : (PowerShell)outcome.Output[0].BaseObject;
    }

    private static string Replace(string sample, string path, string own) => sample.Contains(path, StringComparison.Ordinal)
        ? sample.Replace(path, own, StringComparison.Ordinal)
        : throw new InvalidOperationException($"The sample does not name {path}.");
}
