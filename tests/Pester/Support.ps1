# For every test file: the built module, and recordings unpacked into the test's own drive.
$root = (Resolve-Path "$PSScriptRoot/../..").Path
$modulePath = if ($env:KM_MODULE) { $env:KM_MODULE } else { "$root/artifacts/KernelMagnifier" }
if (-not (Test-Path "$modulePath/KernelMagnifier.psd1")) { throw "The module is not built: $modulePath. Run ./build.sh first, or set KM_MODULE." }
Import-Module $modulePath

# Unpacks a recording of tests/data; with -Lines its head and only those of its lines.
function Expand-TestData([string] $Name, [string] $To, [int[]] $Lines) {
    $packed = "$root/tests/data/$Name"
    if (-not $Lines) { zstd -dqf $packed -o $To; return }
    $all = @(zstd -dqc $packed)
    Set-Content $To (@($all[0..20] -match '^#') + $all[$Lines])
}

# Everything a filter can see of a call, as one text: two equal texts are two equal sequences of calls.
function Get-Digest {
    param([Parameter(ValueFromPipeline)] $Call)
    begin { $text = [System.Text.StringBuilder]::new() }
    process { $null = $text.AppendLine("$($Call.Timestamp) $($Call.Cpu) $($Call.ProcessId) $($Call.Comm) $($Call.Context) $($Call.Caller) $($Call.Function) $($Call.SourceFile)") }
    end { $text.ToString() }
}

# Runs a script in a shell of its own within this process, and returns the shell, ended, with its streams.
function Invoke-Shell([string] $Script, [scriptblock] $While) {
    $shell = [powershell]::Create()
    $null = $shell.AddScript("Set-Location '$PWD'; Import-Module '$modulePath'; $Script")
    $output = [System.Management.Automation.PSDataCollection[psobject]]::new()
    $run = $shell.BeginInvoke([System.Management.Automation.PSDataCollection[psobject]]::new(), $output)
    if ($While) { & $While $shell $output }
    try { $null = $shell.EndInvoke($run) } catch { Write-Verbose "$_" }
    [pscustomobject]@{ Output = @($output); Streams = $shell.Streams }
    $shell.Dispose()
}

# The reader's threads in this process, by the name the engine gives them.
function Get-ReaderThread { Get-Content /proc/self/task/*/comm -ErrorAction Ignore | Where-Object { $_ -like 'kernel-magnifi*' } }
