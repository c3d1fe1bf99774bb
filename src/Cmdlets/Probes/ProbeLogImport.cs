using System.Management.Automation;
using KernelMagnifier.Probes.Manifests;
using KernelMagnifier.Probes.Results;
using KernelMagnifier.Text;

namespace KernelMagnifier.Cmdlets.Probes;

/// <summary>Reads kept output of probes and writes its results, warnings and errors.</summary>
/// <param name="cmdlet">The cmdlet.</param>
/// <param name="name">The probe, whose manifest tells what the output means; empty for none.</param>
/// <param name="library">Its library; null for the default.</param>
/// <param name="policy">The policy; null for the default.</param>
/// <param name="cancel">Ends the reading.</param>
internal sealed class ProbeLogImport(PSCmdlet cmdlet, string name, string? library, string? policy, CancellationToken cancel)
{
    private ProbeManifest? _manifest;

    /// <summary>Reads the files of some paths, which can contain wildcards.</summary>
    /// <exception cref="KernelMagnifierException">The probe cannot be read.</exception>
    public void Read(IEnumerable<string> paths) => ReadFiles(cmdlet.Resolve(paths, ErrorCode.ProbeOutputUnreadable));

    /// <summary>Reads some files.</summary>
    /// <exception cref="KernelMagnifierException">The probe cannot be read.</exception>
    public void ReadFiles(IEnumerable<string> files)
    {
        _manifest ??= name.Length == 0 ? null : ReplayManifest.Of(name, library, policy);
        foreach (var file in files)
        {
            try
            {
                var findings = ProbeLog.Read(file, _manifest, cmdlet.WriteObject, cancel);
                foreach (var warning in findings.Warnings()) cmdlet.WriteWarning(TerminalText.Escape($"{file}: {warning}"));
            }
            catch (KernelMagnifierException error)
            {
                cmdlet.WriteError(ErrorFactory.Of(error, file));
            }
        }
    }
}
