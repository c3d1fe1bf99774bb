# Installs the module's package from a local repository, uses it and removes it, with the cmdlets that its users have.
# Each test is a line "ok NAME" or "not ok NAME: reason"; the last line is "done".
param(
    [Parameter(Mandatory)] [ValidateSet('install', 'remove')] [string] $Step,
    [Parameter(Mandatory)] [string] $Repository,
    [Parameter(Mandatory)] [string] $Version,
    [Parameter(Mandatory)] [string] $Recording,
    [Parameter(Mandatory)] [long] $Calls,
    [Parameter(Mandatory)] [string] $Work)

$ErrorActionPreference = 'Stop'

function Test-Step([string] $Name, [scriptblock] $Body) {
    try {
        $result = & $Body
        if ($result -is [bool] -and -not $result) { throw 'the result is false' }
        "ok nupkg: $Name"
    }
    catch { "not ok nupkg: ${Name}: $($_.Exception.Message)" }
}

function Assert-Equal($Expected, $Actual) { if ($Expected -cne $Actual) { throw "expected '$Expected', not '$Actual'" } }

$folder = "$HOME/.local/share/powershell/Modules/KernelMagnifier/$Version"
if ($Step -eq 'install') {
    Test-Step 'is not there before' { -not (Get-Module -ListAvailable KernelMagnifier) }
    Test-Step 'Register-PSResourceRepository' {
        Register-PSResourceRepository -Name KernelMagnifierTest -Uri $Repository -Trusted
    }
    Test-Step 'Find-PSResource shows what the manifest has' {
        $found = Find-PSResource KernelMagnifier -Repository KernelMagnifierTest
        Assert-Equal $Version "$($found.Version)"
        Assert-Equal 'Module' "$($found.Type)"
        if ($found.Tags -notcontains 'ftrace') { throw "its tags are: $($found.Tags)" }
    }
    Test-Step 'Install-PSResource' { Install-PSResource KernelMagnifier -Repository KernelMagnifierTest }
    Test-Step 'is installed below the home folder' {
        Assert-Equal (Split-Path (Split-Path $folder)) (Get-InstalledPSResource KernelMagnifier).InstalledLocation
        Test-Path "$folder/KernelMagnifier.psd1"
    }
    Test-Step 'its assemblies run on every architecture' {
        $assemblies = Get-ChildItem $folder -Recurse -Filter KernelMagnifier*.dll
        Assert-Equal 5 $assemblies.Count
        foreach ($assembly in $assemblies) {
            $reader = [Reflection.PortableExecutable.PEReader]::new([IO.File]::OpenRead($assembly))
            $native = $reader.PEHeaders.CorHeader.ManagedNativeHeaderDirectory.Size
            $reader.Dispose()
            if ($native) { throw "$($assembly.Name) has native code of one architecture" }
        }
    }
    Test-Step 'Import-Module by name' {
        Import-Module KernelMagnifier
        Assert-Equal $Version "$((Get-Module KernelMagnifier).Version)"
    }
    Test-Step 'exports the cmdlets of its manifest' {
        $manifest = Import-PowerShellDataFile "$folder/KernelMagnifier.psd1"
        Assert-Equal "$($manifest.CmdletsToExport | Sort-Object)" "$((Get-Command -Module KernelMagnifier -CommandType Cmdlet).Name | Sort-Object)"
        Assert-Equal "$($manifest.AliasesToExport | Sort-Object)" "$((Get-Command -Module KernelMagnifier -CommandType Alias).Name | Sort-Object)"
    }
    Test-Step 'counts a recording' {
        Assert-Equal $Calls (Import-KmTrace $Recording | Measure-KmCall | Measure-Object Calls -Sum).Sum
    }
    Test-Step 'writes a workbook' {
        Import-KmTrace $Recording | Measure-KmCall | Export-KmReport "$Work/calls.xlsx"
        (Get-Item "$Work/calls.xlsx").Length -gt 1000
    }
    Test-Step 'writes a page' {
        Import-KmTrace $Recording | Export-KmGraph "$Work/graph.html"
        (Get-Content -Raw "$Work/graph.html").Contains('tcp_sendmsg')
    }
    Test-Step 'has help' { (Get-Help Import-KmTrace).Synopsis.Length -gt 20 }
    Test-Step 'has its licences' {
        (Test-Path "$folder/LICENSE") -and (Get-Content -Raw "$folder/THIRD-PARTY-NOTICES.txt").Contains('DocumentFormat.OpenXml')
    }
}
else {
    Test-Step 'Uninstall-PSResource' { Uninstall-PSResource KernelMagnifier }
    Test-Step 'is gone' {
        -not (Get-Module -ListAvailable KernelMagnifier) -and
            -not (Get-InstalledPSResource KernelMagnifier -ErrorAction Ignore)
    }
    Test-Step 'can no longer be imported' {
        $module = Import-Module KernelMagnifier -PassThru -ErrorAction Ignore
        -not $module
    }
    Test-Step 'Unregister-PSResourceRepository' { Unregister-PSResourceRepository KernelMagnifierTest }
}
'done'
