<#
.SYNOPSIS
    Sets up the interactive pwsh of "./build.sh shell": the module, and the demo's recording in $recording and $map.
#>
Import-Module "$PSScriptRoot/../artifacts/KernelMagnifier"
$recording = (Resolve-Path "$PSScriptRoot/../tests/data/tcp-echo.trace.zst").Path
$map = (Resolve-Path "$PSScriptRoot/../tests/data/symbol-filepath.map.zst").Path
@'

The module KernelMagnifier is imported. $recording is a TCP echo between two processes, $map its symbol map. Try:

  Import-KmTrace $recording | Measure-KmCall | Sort-Object Calls -Descending | Select-Object -First 10
  Import-KmTrace $recording -SourcePath net/ -SymbolMap $map | Export-KmGraph ./net.html
  Import-KmTrace $recording | Format-KmCallTree tcp_sendmsg -Depth 3

'@
