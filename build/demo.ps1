<#
.SYNOPSIS
    The demo: counts and draws the network functions of a recording. build/demo.sh calls this.
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)] [string] $Module,
    [Parameter(Mandatory)] [string] $Recording,
    [Parameter(Mandatory)] [string] $Map,
    [Parameter(Mandatory)] [string] $Out
)

$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
Import-Module $Module
"With pwsh $($PSVersionTable.PSVersion) and the module:"
''

$symbols = Get-KmSymbolMap $Map
$title = 'TCP echo: the network functions'
$calls = Import-KmTrace $Recording -SourcePath net/ -SymbolMap $symbols
$calls | Export-KmGraph (Join-Path $Out 'net.svg') -Title $title
$calls | Export-KmGraph (Join-Path $Out 'net.pdf') -Title $title
# Without Node.js the module was built without the page.
$page = Join-Path $Out 'net.html'
try { $calls | Export-KmGraph $page -Title $title } catch { Write-Warning "net.html was not written. $_" }

$counts = Import-KmTrace $Recording -SourcePath net/ -Strict -SymbolMap $symbols | Measure-KmCall | Sort-Object Calls -Descending
$counts | Select-Object @{ n = 'function'; e = 'Function' }, @{ n = 'calls'; e = 'Calls' }, @{ n = 'sourceFile'; e = 'SourceFile' } |
    Export-Csv (Join-Path $Out 'calls.csv') -UseQuotes AsNeeded

# Out-String, because the width of the output is that of a terminal only if there is one.
function Show { ($input | Out-String -Width 120).Trim() }
Import-KmTrace $Recording -Info | Select-Object @{ n = 'Recording'; e = { Split-Path -Leaf $_.Path } }, Format, Cpus, Calls, LostEvents, @{ n = 'Duration'; e = { '{0:N6} s' -f $_.Duration } } | Format-List | Show
''
'The ten most called of {0:N0} network functions ({1:N0} calls in all):' -f @($counts).Count, ($counts | Measure-Object Calls -Sum).Sum
''
$counts | Select-Object -First 10 Calls, Function, SourceFile | Format-Table | Show
''
foreach ($name in 'calls.csv', 'net.svg', 'net.pdf') { 'artifacts/demo/{0,-10}{1,10} bytes' -f $name, (Get-Item (Join-Path $Out $name)).Length }
if (Test-Path $page) { 'artifacts/demo/{0,-10}{1,10} bytes: open this page in a browser' -f 'net.html', (Get-Item $page).Length }
