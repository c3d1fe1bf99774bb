# Makes the package of the module for the PowerShell Gallery, as Publish-PSResource does, removes what differs from run to run,
# and writes the content of the package to a folder: module.ps1 -Module FOLDER -Out FOLDER
#
# pack.sh compresses it. The output of .NET's zlib-ng may depend on the processor.
param(
    [Parameter(Mandatory)] [string] $Module,
    [Parameter(Mandatory)] [string] $Out)

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

# The content of a package's entries by name, sorted.
function Read-Package([string] $Path) {
    $entries = [Collections.Generic.SortedDictionary[string, byte[]]]::new([StringComparer]::Ordinal)
    $zip = [IO.Compression.ZipFile]::OpenRead($Path)
    try {
        foreach ($entry in $zip.Entries) {
            $content = [IO.MemoryStream]::new()
            $stream = $entry.Open()
            $stream.CopyTo($content)
            $stream.Dispose()
            $entries[$entry.FullName] = $content.ToArray()
        }
    }
    finally { $zip.Dispose() }
    # The comma keeps PowerShell from enumerating the dictionary.
    , $entries
}

function ConvertFrom-Xml([byte[]] $Bytes) { [xml][Text.Encoding]::UTF8.GetString($Bytes).TrimStart([char]0xFEFF) }

function ConvertTo-XmlByte([xml] $Document) {
    $stream = [IO.MemoryStream]::new()
    $settings = [Xml.XmlWriterSettings]@{ Indent = $true; NewLineChars = "`n"; Encoding = [Text.UTF8Encoding]::new($false) }
    $writer = [Xml.XmlWriter]::Create($stream, $settings)
    $Document.Save($writer)
    $writer.Dispose()
    , $stream.ToArray()
}

# NuGet gives the file of core properties a random name and writes the operating system into it, uses random relation ids, and
# lists the content types in the order of the file system.
function Remove-Randomness([Collections.Generic.IDictionary[string, byte[]]] $Entries) {
    $old = @($Entries.Keys -like '*.psmdcp')[0]
    $properties = ConvertFrom-Xml $Entries[$old]
    $properties.coreProperties.lastModifiedBy = 'Microsoft.PowerShell.PSResourceGet'
    $new = 'package/services/metadata/core-properties/properties.psmdcp'
    $null = $Entries.Remove($old)
    $Entries[$new] = ConvertTo-XmlByte $properties
    $relations = ConvertFrom-Xml $Entries['_rels/.rels']
    $number = 0
    foreach ($relation in $relations.Relationships.Relationship) {
        $relation.Target = $relation.Target.Replace($old, $new)
        $relation.Id = "R$((++$number))"
    }
    $Entries['_rels/.rels'] = ConvertTo-XmlByte $relations
    $types = ConvertFrom-Xml $Entries['[Content_Types].xml']
    $sorted = @($types.Types.ChildNodes | Sort-Object OuterXml -Culture '')
    foreach ($type in $sorted) { $null = $types.DocumentElement.RemoveChild($type) }
    foreach ($type in $sorted) { $null = $types.DocumentElement.AppendChild($type) }
    $Entries['[Content_Types].xml'] = ConvertTo-XmlByte $types
}

$made = Join-Path ([IO.Path]::GetTempPath()) ([IO.Path]::GetRandomFileName())
$null = New-Item -ItemType Directory $made
try {
    Compress-PSResource -Path $Module -DestinationPath $made
    $package = Get-ChildItem $made -Filter *.nupkg
    if (-not $package) { throw "Compress-PSResource made no package of $Module." }
    $entries = Read-Package $package.FullName
    Remove-Randomness $entries
    foreach ($name in $entries.Keys) {
        $path = Join-Path $Out $name
        $null = [IO.Directory]::CreateDirectory((Split-Path $path))
        [IO.File]::WriteAllBytes($path, $entries[$name])
    }
}
finally { Remove-Item -Recurse -Force $made }
