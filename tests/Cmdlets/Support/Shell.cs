using System.Management.Automation;
using System.Management.Automation.Host;
using System.Management.Automation.Runspaces;

namespace KernelMagnifier.Cmdlets.Tests.Support;

/// <summary>A runspace.</summary>
internal sealed class Shell : IDisposable
{
    private Shell(Runspace runspace) => Runspace = runspace;

    public Runspace Runspace { get; }

    /// <summary>A runspace that has imported the module by its manifest.</summary>
    public static Shell Open(string? location = null, PSHost? host = null)
    {
        var shell = OpenEmpty(host);
        shell.Run($"Import-Module '{Repository.Manifest}'").WithoutErrors();
        if (location is not null) shell.Run($"Set-Location -LiteralPath '{location}'").WithoutErrors();
        return shell;
    }

    /// <summary>A runspace without the module.</summary>
    public static Shell OpenEmpty(PSHost? host = null) => Open(InitialSessionState.CreateDefault(), host);

    /// <summary>A runspace with a session state.</summary>
    public static Shell Open(InitialSessionState state, PSHost? host = null)
    {
        var runspace = host is null ? RunspaceFactory.CreateRunspace(state) : RunspaceFactory.CreateRunspace(host, state);
        runspace.Open();
        return new Shell(runspace);
    }

    /// <summary>A session state that imports the module by its manifest.</summary>
    public static InitialSessionState StateWithModule()
    {
        var state = InitialSessionState.CreateDefault();
        state.ImportPSModule([Repository.Manifest]);
        return state;
    }

    /// <summary>Prepares a command without starting it.</summary>
    public PowerShell Prepare(string script)
    {
        var command = PowerShell.Create();
        command.Runspace = Runspace;
        command.AddScript(script);
        return command;
    }

    /// <summary>Runs a script until it completes, fails or stops.</summary>
    public Outcome Run(string script)
    {
        using var command = Prepare(script);
        return Invoke(command);
    }

    /// <summary>Runs a command until it completes, fails or stops.</summary>
    public static Outcome Invoke(PowerShell command, IEnumerable<object?>? input = null)
    {
        var output = new List<PSObject>();
        var terminating = new List<ErrorRecord>();
        try
        {
            command.Invoke(input, output);
        }
        catch (RuntimeException error)
        {
            terminating.Add(error.ErrorRecord);
        }
        var streams = command.Streams;
        return new Outcome(output, [.. streams.Error, .. terminating], [.. streams.Warning.Select(warning => warning.Message)],
            [.. streams.Progress], command.InvocationStateInfo.State);
    }

    /// <summary>Sets a variable of the runspace.</summary>
    public void Set(string name, object? value) => Runspace.SessionStateProxy.SetVariable(name, value);

    public void Dispose() => Runspace.Dispose();
}
