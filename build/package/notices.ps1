# Writes the licences and notices of the components of other projects in the module (-Module) or in the native executable
# (-Executable).
param(
    [Parameter(Mandatory)] [string] $Out,
    [string] $Module, [string] $DepsFile, [string] $PackageFolder,
    [string] $Executable, [string] $CompilerArguments,
    [Parameter(Mandatory)] [string] $Page, [Parameter(Mandatory)] [string] $LockFile)

. "$PSScriptRoot/components.ps1"

$components = @(
    if ($Module) { Get-ModuleComponent $Module $DepsFile $PackageFolder }
    if ($Executable) { Get-NativeComponent $Executable $CompilerArguments }
    Get-PageComponent $Page $LockFile
)
$text = [Text.StringBuilder]::new("Kernel Magnifier has the MIT licence. It contains parts of the projects below.`n")
foreach ($component in $components | Where-Object Texts) {
    $null = $text.Append("`n$('=' * 79)`n$($component.Name) $($component.Version) ($($component.Licence))`n$('=' * 79)`n")
    foreach ($part in $component.Texts) { $null = $text.Append("`n$(($part -replace "`r", '').Trim([char]0xFEFF, ' ', "`n"))`n") }
}
[IO.File]::WriteAllText($Out, $text.ToString())
