#!/usr/bin/env pwsh
# Outside the guest: makes the library that the suites run, with two people's keys.  probe-library.ps1 -Module DIR -Library DIR [-Source DIR...]
# -CpuPercent is the CPU budget of all probes: emulated CPUs need many times what real ones do.
# Every probe but lab-draft is submitted by alice and approved by bob and carol; lab-revoked is revoked.
param([Parameter(Mandatory)] [string] $Module, [Parameter(Mandatory)] [string] $Library, [Parameter(Mandatory)] [string[]] $Source, [string[]] $Only, [double] $CpuPercent)
$ErrorActionPreference = 'Stop'
Import-Module $Module
$etc = Split-Path $Library
foreach ($folder in $etc, $Library, "$etc/keys") { $null = New-Item -ItemType Directory -Force $folder; chmod 755 $folder }
foreach ($name in 'alice', 'bob', 'carol') {
    if (-not (Test-Path "$etc/keys/$name")) { ssh-keygen -q -t ed25519 -N '' -C "$name@example.com" -f "$etc/keys/$name" }
}
Set-Content "$etc/allowed_signers" ('alice', 'bob', 'carol' | ForEach-Object { "$_@example.com $((Get-Content "$etc/keys/$_.pub") -replace '(\S+ \S+).*', '$1')" })
# The library is judged here by the same policy as in the guest, where it is at its usual place.
Set-Content "$etc/policy.json" (@{ schema = 'kernel-magnifier-probe-policy'; schemaVersion = 1; libraries = @($Library); allowedSigners = "$etc/allowed_signers" } | ConvertTo-Json)
foreach ($folder in Get-ChildItem -Directory $Source) {
    if ($Only -and $folder.Name -notin ($Only -split ',')) { continue }
    Copy-Item -Recurse $folder.FullName "$Library/"
    if ($CpuPercent) {
        $manifest = "$Library/$($folder.Name)/$($folder.Name).json"
        [IO.File]::WriteAllText($manifest, ([IO.File]::ReadAllText($manifest) -replace '"cpuPercent": [0-9.]+', "`"cpuPercent`": $CpuPercent"))
    }
}
bash -c "find '$etc' -type d -exec chmod 755 {} + ; find '$Library' -type f -exec chmod 644 {} + ; chmod 644 '$etc/allowed_signers' '$etc/policy.json'; chmod 600 '$etc'/keys/*"
$policy = @{ Library = $Library; Policy = "$etc/policy.json" }
foreach ($probe in Get-ChildItem -Directory $Library | Where-Object Name -NE lab-draft) {
    $null = Submit-KmProbe $probe.Name @policy -SigningKey "$etc/keys/alice" -Comment 'for the lab'
    foreach ($reviewer in 'bob', 'carol') { $null = Approve-KmProbe $probe.Name @policy -SigningKey "$etc/keys/$reviewer" -Confirm:$false }
}
if (Test-Path "$Library/lab-revoked") { $null = Revoke-KmProbe lab-revoked @policy -SigningKey "$etc/keys/bob" -Reason 'overhead' -Confirm:$false }
Get-KmProbe @policy | Format-Table Name, State, Reason | Out-String -Width 160
