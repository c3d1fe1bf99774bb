# Writes the bill of materials of the module and of the native executable (CycloneDX 1.6, JSON). Same content, same bytes.
param(
    [Parameter(Mandatory)] [string] $Out,
    [Parameter(Mandatory)] [string] $Version,
    [Parameter(Mandatory)] [long] $Epoch,
    [Parameter(Mandatory)] [string] $Module,
    [Parameter(Mandatory)] [string] $DepsFile, [Parameter(Mandatory)] [string] $PackageFolder,
    [Parameter(Mandatory)] [string] $Executable, [Parameter(Mandatory)] [string] $CompilerArguments,
    [Parameter(Mandatory)] [string] $Page, [Parameter(Mandatory)] [string] $LockFile)

. "$PSScriptRoot/components.ps1"

$Module = (Resolve-Path -LiteralPath $Module).Path

function Get-FileComponent([string] $Path, [string] $Name, [string] $Parent) {
    [ordered]@{
        type = 'file'; 'bom-ref' = "$Parent/$Name"; name = $Name
        hashes = @([ordered]@{ alg = 'SHA-256'; content = (Get-FileHash $Path -Algorithm SHA256).Hash.ToLowerInvariant() })
    }
}

# A part of Kernel Magnifier with the files in it.
function Get-OwnComponent([string] $Type, [string] $Name, [string] $Description, [object[]] $Files) {
    $component = [ordered]@{
        type = $Type; 'bom-ref' = "kernel-magnifier/$Name"; name = $Name; version = $Version; description = $Description
        licenses = @([ordered]@{ license = [ordered]@{ id = 'MIT' } })
    }
    if ($Files) { $component.components = $Files }
    $component
}

function ConvertTo-Component([pscustomobject] $Other) {
    $component = [ordered]@{ type = $Other.Type; 'bom-ref' = $Other.Ref; name = $Other.Name }
    if ($Other.Version) { $component.version = $Other.Version }
    if ($Other.Sha512) { $component.hashes = @([ordered]@{ alg = 'SHA-512'; content = $Other.Sha512 }) }
    $component.licenses = @([ordered]@{ license = [ordered]@{ id = $Other.Licence } })
    if ($Other.Version) { $component.purl = $Other.Ref }
    if ($Other.Files) {
        $component.components = @($Other.Files | ForEach-Object {
                Get-FileComponent (Join-Path $Module $_) $_ $Other.Ref
            })
    }
    $component
}

$ofModule = @(Get-ModuleComponent $Module $DepsFile $PackageFolder)
$ofNative = @(Get-NativeComponent $Executable $CompilerArguments)
$ofPage = @(Get-PageComponent $Page $LockFile)
$assemblies = Get-ChildItem $Module -Recurse -Filter *.dll | Sort-Object Name -Culture ''
$ownFiles = @(
    foreach ($assembly in $assemblies) {
        $path = [IO.Path]::GetRelativePath($Module, $assembly.FullName)
        if ($path -notin $ofModule.Files) { Get-FileComponent $assembly.FullName $path 'kernel-magnifier/KernelMagnifier' }
    })
$nativeFile = Get-FileComponent $Executable kernel-magnifier 'kernel-magnifier/kernel-magnifier'
$product = [ordered]@{ type = 'application'; 'bom-ref' = 'kernel-magnifier'; name = 'Kernel Magnifier'; version = $Version }
$embedded = Get-OwnComponent library page 'The page of .html graphs, embedded in the engine'
$components = @(
    Get-OwnComponent library KernelMagnifier 'The PowerShell module' $ownFiles
    Get-OwnComponent application kernel-magnifier 'The native command line' @($nativeFile)
    $embedded
    # ParquetSharp is in both.
    @($ofModule) + @($ofNative | Where-Object Ref -NotIn $ofModule.Ref) + @($ofPage) | ForEach-Object { ConvertTo-Component $_ }
)
$dependencies = @(
    [ordered]@{ ref = 'kernel-magnifier'; dependsOn = @('kernel-magnifier/KernelMagnifier', 'kernel-magnifier/kernel-magnifier') }
    [ordered]@{ ref = 'kernel-magnifier/KernelMagnifier'; dependsOn = @('kernel-magnifier/page') + @($ofModule.Ref) }
    [ordered]@{ ref = 'kernel-magnifier/kernel-magnifier'; dependsOn = @('kernel-magnifier/page', $ofNative[0].Ref) }
    [ordered]@{ ref = 'kernel-magnifier/page'; dependsOn = @($ofPage.Ref) }
    if ($ofNative.Count -gt 1) { [ordered]@{ ref = $ofNative[0].Ref; dependsOn = @($ofNative[1..($ofNative.Count - 1)].Ref) } }
)
$bom = [ordered]@{
    '$schema' = 'http://cyclonedx.org/schema/bom-1.6.schema.json'; bomFormat = 'CycloneDX'; specVersion = '1.6'
    serialNumber = $null; version = 1
    metadata = [ordered]@{
        timestamp = [DateTimeOffset]::FromUnixTimeSeconds($Epoch).UtcDateTime.ToString('s', [cultureinfo]::InvariantCulture) + 'Z'
        component = $product
    }
    components = $components; dependencies = $dependencies
}
# The serial number is a UUID of version 8 (RFC 9562) from a hash of everything else.
$content = [Text.Encoding]::UTF8.GetBytes(($bom | ConvertTo-Json -Depth 20 -Compress))
$hash = [Security.Cryptography.SHA256]::HashData($content)[0..15]
$hash[6] = ($hash[6] -band 0x0F) -bor 0x80
$hash[8] = ($hash[8] -band 0x3F) -bor 0x80
$bom.serialNumber = "urn:uuid:$([guid]::new([byte[]]$hash, $true))"
[IO.File]::WriteAllText($Out, (($bom | ConvertTo-Json -Depth 20) -replace "`r") + "`n")
