# Compares the bill of materials with what ships: every assembly of the module, the executable, the packages of the lock files.
# Each test is a line "ok NAME" or "not ok NAME: reason"; the last line is "done".
param(
    [Parameter(Mandatory)] [string] $Sbom,
    [Parameter(Mandatory)] [string] $Module,
    [Parameter(Mandatory)] [string] $Executable,
    [Parameter(Mandatory)] [string] $Source,
    [Parameter(Mandatory)] [string] $Version)

$ErrorActionPreference = 'Stop'

function Write-Result([string] $Name, [string] $Problem) { $Problem ? "not ok sbom: ${Name}: $Problem" : "ok sbom: $Name" }

function Get-Nested($Components) {
    foreach ($component in $Components) {
        $component
        if ($component['components']) { Get-Nested $component.components }
    }
}

$bom = Get-Content -Raw $Sbom | ConvertFrom-Json -AsHashtable
$all = @(Get-Nested $bom.components)
$files = @{}
foreach ($component in $all | Where-Object { $_.type -eq 'file' }) { $files[$component.name] = $component.hashes[0].content }

Write-Result 'format' $(
    if ($bom.bomFormat -ne 'CycloneDX' -or $bom.specVersion -ne '1.6') { "it is $($bom.bomFormat) $($bom.specVersion)" }
    elseif ($bom.serialNumber -notmatch '^urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$') {
        "its serial number is '$($bom.serialNumber)'"
    }
    elseif ($bom.version -isnot [long] -or $bom.metadata.component.version -ne $Version) {
        "its version is '$($bom.metadata.component.version)'"
    })
Write-Result 'each component has what the format demands, a licence and a version' $(
    foreach ($component in $all) {
        if ($component -isnot [Collections.IDictionary]) { "'$component' is no component"; continue }
        if (-not $component['type'] -or -not $component['name'] -or -not $component['bom-ref']) {
            "a component lacks type, name or bom-ref: $($component | ConvertTo-Json -Compress)"
        }
        if ($component['type'] -eq 'file') { if (-not $component['hashes']) { "$($component.name) has no hash" }; continue }
        if (-not $component['licenses'].license.id) { "$($component['name']) has no licence" }
        $isUnversioned = $component['name'] -in 'zlib-ng', 'brotli'
        if (-not $component['version'] -and -not $isUnversioned) { "$($component['name']) has no version" }
    })
$references = @($bom.metadata.component['bom-ref']) + @($all | ForEach-Object { $_['bom-ref'] })
Write-Result 'references are unique and exist' $(
    $references | Group-Object | Where-Object Count -gt 1 | ForEach-Object { "$($_.Name) twice" }
    foreach ($dependency in $bom.dependencies) {
        $named = @($dependency.ref) + @($dependency.dependsOn)
        $named | Where-Object { $_ -notin $references } | ForEach-Object { "$_ does not exist" }
    })

$assemblies = @(Get-ChildItem $Module -Recurse -Include *.dll, *.so)
Write-Result 'the module has assemblies' $(if ($assemblies.Count -lt 4) { "there are $($assemblies.Count)" })
$module = (Resolve-Path $Module).Path
$shipped = @{ (Get-Item $Executable).Name = Get-Item $Executable }
foreach ($file in $assemblies) { $shipped[[IO.Path]::GetRelativePath($module, $file.FullName)] = $file }
foreach ($name in $shipped.Keys | Sort-Object) {
    $hash = (Get-FileHash $shipped[$name] -Algorithm SHA256).Hash
    Write-Result $name $(
        if (-not $files.ContainsKey($name)) { 'it ships, but the bill does not list it' }
        elseif ($files[$name] -ne $hash) { 'its hash is different' })
}
Write-Result 'every listed file ships' $($files.Keys | Where-Object { -not $shipped.ContainsKey($_) })

# The packages of the lock files, with their versions, except what is only compiled against.
$locked = Get-Content -Raw "$Source/src/Cmdlets/packages.lock.json" | ConvertFrom-Json -AsHashtable
foreach ($framework in $locked.dependencies.Values) {
    $shippedNames = $framework.Keys | Where-Object { $framework[$_].type -ne 'Project' -and $_ -notlike 'PowerShellStandard*' }
    foreach ($name in $shippedNames) {
        $purl = "pkg:nuget/$name@$($framework[$name].resolved)"
        $isListed = $purl -in @($all | ForEach-Object { $_['purl'] })
        Write-Result "package $name" $(if (-not $isListed) { 'the lock file has it, the bill does not' })
    }
}
$page = (Get-Content -Raw "$Source/src/Page/package-lock.json" | ConvertFrom-Json -AsHashtable).packages
foreach ($path in $page.Keys | Where-Object { $_ -and -not $page[$_]['dev'] }) {
    $name = $path -replace '^.*node_modules/'
    $component = $all | Where-Object { $_['purl'] -eq "pkg:npm/$name@$($page[$path].version)" }
    $hash = [Convert]::ToHexString([Convert]::FromBase64String(($page[$path].integrity -replace '^sha512-')))
    Write-Result "npm package $name" $(
        if (-not $component) { 'the lock file has it, the bill does not' }
        elseif ($component.hashes[0].content -ne $hash) { 'its hash is different' }
        elseif ($component.licenses[0].license.id -ne $page[$path].license) { 'its licence is different' })
}
Write-Result 'the .NET runtime in the executable' $(
    $runtime = @($all | Where-Object { $_['type'] -eq 'framework' })
    if ($runtime.Count -ne 1 -or $runtime[0].version -notmatch '^\d+\.\d+\.\d+') { "there are $($runtime.Count) of it" })
$notices = Get-Content -Raw "$Module/THIRD-PARTY-NOTICES.txt"
$parents = @($bom.dependencies | Where-Object { $_.ref -in 'kernel-magnifier/KernelMagnifier', 'kernel-magnifier/page' })
$ofModule = @($parents | ForEach-Object { $_.dependsOn } | Where-Object { $_ -like 'pkg:*' })
Write-Result 'the notices of the module list its components' $(
    if (-not $ofModule) { 'the bill has no dependency of the module' }
    foreach ($component in $all | Where-Object { $_['bom-ref'] -in $ofModule }) {
        if (-not $notices.Contains("`n$($component.name) $($component.version) (")) { "$($component.name) is missing" }
    })
'done'
