using System.Management.Automation;
using KernelMagnifier.Recording;
using KernelMagnifier.Text;

namespace KernelMagnifier.Cmdlets;

/// <summary>Stop-KmRecording: ends recordings that run in the background and returns what they recorded.</summary>
[Cmdlet(VerbsLifecycle.Stop, "KmRecording", SupportsShouldProcess = true)]
[OutputType(typeof(RecordingResult))]
public sealed class StopKmRecordingCommand : PSCmdlet
{
    /// <summary>What Start-KmRecording -AsJob returned.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true), ValidateNotNullOrEmpty]
    public RecordingJob[] InputObject { get; set; } = [];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var job in InputObject)
        {
            if (!ShouldProcess(TerminalText.Escape(job.Path), "Stop the recording")) continue;
            try
            {
                var recording = job.End();
                foreach (var warning in recording.Warnings) WriteWarning(TerminalText.Escape(warning));
                WriteObject(recording);
            }
            catch (KernelMagnifierException error)
            {
                WriteError(ErrorFactory.Of(error, job.Path));
            }
        }
    }
}
