@{
    RootModule           = 'bin/KernelMagnifier.Cmdlets.dll'
    ModuleVersion        = '0.1.0'
    GUID                 = '6a2f5c0e-7a0d-4c5b-9a55-6a3ad1c9b1f4'
    Author               = 'The Kernel Magnifier contributors'
    CompanyName          = 'The Kernel Magnifier contributors'
    Copyright            = '(c) The Kernel Magnifier contributors. MIT licence.'
    Description          = 'Records and reads which functions the Linux kernel really executed (ftrace, trace-cmd, perf), shows who called whom and how often, and narrows it to what matters.'
    PowerShellVersion    = '7.6'
    CompatiblePSEditions = @('Core')
    # PowerShell resolves the types and methods of the types file before it loads the root module.
    RequiredAssemblies   = @('bin/KernelMagnifier.Engine.dll', 'bin/KernelMagnifier.Cmdlets.dll')
    TypesToProcess       = @('KernelMagnifier.Types.ps1xml')
    FormatsToProcess     = @('KernelMagnifier.Format.ps1xml')
    FunctionsToExport    = @()
    CmdletsToExport      = @(
        'Approve-KmProbe'
        'Assert-KmCall'
        'Assert-KmLatency'
        'Compare-KmProbe'
        'Compare-KmTrace'
        'ConvertTo-KmWorkload'
        'Copy-KmRecording'
        'Deny-KmProbe'
        'Export-KmChart'
        'Export-KmGraph'
        'Export-KmIncident'
        'Export-KmProbeCatalog'
        'Export-KmProfile'
        'Export-KmReport'
        'Export-KmTable'
        'Export-KmWorkload'
        'Format-KmCallTree'
        'Format-KmHistogram'
        'Get-KmBaseline'
        'Get-KmCriticalPath'
        'Get-KmProbe'
        'Get-KmProbeAudit'
        'Get-KmSchedule'
        'Get-KmSymbolMap'
        'Import-KmIncident'
        'Import-KmLog'
        'Import-KmProbeLog'
        'Import-KmTable'
        'Import-KmTrace'
        'Import-KmWorkload'
        'Invoke-KmIncident'
        'Invoke-KmLab'
        'Invoke-KmMeasurement'
        'Invoke-KmProbe', 'Invoke-KmQuery'
        'Measure-KmCall'
        'Measure-KmFidelity'
        'Measure-KmLatency'
        'New-KmProbe'
        'Protect-KmProbeAudit'
        'Register-KmSchedule'
        'Resume-KmProbe'
        'Resume-KmSchedule'
        'Revoke-KmProbe'
        'Save-KmBaseline'
        'Select-KmCall'
        'Start-KmRecording'
        'Stop-KmRecording'
        'Submit-KmProbe'
        'Suspend-KmSchedule'
        'Test-KmHost'
        'Test-KmLab'
        'Test-KmProbe'
        'Test-KmProbeAudit'
        'Test-KmTrace'
        'Trace-KmLatencyCause'
        'Unregister-KmSchedule'
        'Update-KmProbe'
        'Watch-KmTrace'
    )
    VariablesToExport    = @()
    # Pester's manner: './now.dat' | Should-KmLatency -P99 -LessThan 2ms
    AliasesToExport      = @('Should-KmCall', 'Should-KmLatency')
    PrivateData          = @{
        PSData = @{
            Tags         = @('Linux', 'PSEdition_Core', 'kernel', 'ftrace', 'tracing', 'trace-cmd', 'perf', 'callgraph', 'performance')
            ReleaseNotes = 'CHANGELOG.md in the folder of the module lists the changes of each version.'
        }
    }
}
