using System.Management.Automation;
using KernelMagnifier.Cmdlets.Completion;
using KernelMagnifier.Recording;
using KernelMagnifier.Text;

namespace KernelMagnifier.Cmdlets;

/// <summary>Stop-KmRecording: ends recordings that run as jobs, and returns them.</summary>
[Cmdlet(VerbsLifecycle.Stop, "KmRecording", SupportsShouldProcess = true)]
[OutputType(typeof(RecordingResult))]
public sealed class StopKmRecordingCommand : PSCmdlet
{
    /// <summary>The output of Start-KmRecording -AsJob.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [ArgumentCompleter(typeof(NoFileCompleter)), ValidateNotNullOrEmpty]
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
