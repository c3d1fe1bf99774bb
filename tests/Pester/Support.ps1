# Sourced by all test files: imports the built module, and expands recordings of tests/data.
$root = (Resolve-Path "$PSScriptRoot/../..").Path
$modulePath = if ($env:KM_MODULE) { $env:KM_MODULE } else { "$root/artifacts/KernelMagnifier" }
if (-not (Test-Path "$modulePath/KernelMagnifier.psd1")) { throw "The module is not built: $modulePath. Run ./build.sh module, or set KM_MODULE." }
Import-Module $modulePath
if (-not (Get-Command zstd -ErrorAction Ignore)) { throw 'The recordings of tests/data are compressed with zstd, which is not installed: apt-get install zstd.' }
# For tests that need a pwsh of their own.
$pwsh = if ($env:KM_PWSH) { $env:KM_PWSH } else { 'pwsh' }

# Decompresses a recording of tests/data. With -Lines: its header and these of its lines only.
function Expand-TestData([string] $Name, [string] $To, [int[]] $Lines) {
    $compressed = "$root/tests/data/$Name"
    if (-not $Lines) { zstd -dqf $compressed -o $To; return }
    $all = @(zstd -dqc $compressed)
    Set-Content $To (@($all[0..20] -match '^#') + $all[$Lines])
}

# All properties of calls that filters use, as one string: equal strings are equal sequences of calls.
function Get-Digest {
    param([Parameter(ValueFromPipeline)] $Call)
    begin { $text = [System.Text.StringBuilder]::new() }
    process { $null = $text.AppendLine("$($Call.Timestamp) $($Call.Cpu) $($Call.ProcessId) $($Call.Comm) $($Call.Context) $($Call.Caller) $($Call.Function) $($Call.SourceFile)") }
    end { $text.ToString() }
}

# Runs a script in a new runspace of this process and returns its output and streams. -While runs at the same time.
function Invoke-Shell([string] $Script, [scriptblock] $While) {
    $shell = [powershell]::Create()
    $null = $shell.AddScript("Set-Location '$PWD'; Import-Module '$modulePath'; $Script")
    $output = [System.Management.Automation.PSDataCollection[psobject]]::new()
    $run = $shell.BeginInvoke([System.Management.Automation.PSDataCollection[psobject]]::new(), $output)
    if ($While) { & $While $shell $output }
    try { $null = $shell.EndInvoke($run) } catch { Write-Verbose "$_" }
    # Disposing the shell empties its streams.
    $streams = @{}
    foreach ($name in 'Error', 'Warning', 'Progress', 'Verbose', 'Debug', 'Information') { $streams[$name] = @($shell.Streams.$name) }
    [pscustomobject]@{ Output = @($output); Streams = [pscustomobject]$streams }
    $shell.Dispose()
}

# The names of the engine's threads that run in this process.
function Get-ReaderThread { Get-Content /proc/self/task/*/comm -ErrorAction Ignore | Where-Object { $_ -like 'kernel-magnifi*' } }

# A place for probes that is safe: a library with a probe, two keys, and a policy that allows them.
function New-ProbePlace([string]$Path, [string]$Probe) {
    chmod go-w $Path
    foreach ($person in 'alice', 'bob') { ssh-keygen -q -t ed25519 -N '' -C $person -f "$Path/$person" }
    foreach ($person in 'alice', 'bob') { "$person $(((Get-Content "$Path/$person.pub") -split ' ')[0, 1] -join ' ')" | Add-Content "$Path/allowed_signers" }
    '{ "schema": "kernel-magnifier-probe-policy", "schemaVersion": 1, "libraries": ["probes"], "allowedSigners": "allowed_signers", "auditLog": "audit/probes.jsonl", "stateDirectory": "state" }' | Set-Content "$Path/policy.json"
    chmod go-w "$Path/allowed_signers" "$Path/policy.json"
    $env:KM_PROBE_LIBRARY = "$Path/probes"
    $env:KM_PROBE_POLICY = "$Path/policy.json"
    $null = New-KmProbe $Probe -Title 'Tasks that waited for a CPU' -Owner tests
}
