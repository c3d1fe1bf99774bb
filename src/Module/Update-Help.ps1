<#
.SYNOPSIS
    Generates the help of the cmdlets (MAML) from their pages in docs/cmdlets, and updates the syntax in the pages.
.DESCRIPTION
    Types, positions and pipeline input come from the cmdlets, everything else from the pages. With -Check, nothing is written, and
    the files that are out of date are returned.
.EXAMPLE
    ./src/Module/Update-Help.ps1 -Module ./artifacts/KernelMagnifier
#>
[CmdletBinding(SupportsShouldProcess)]
param(
    # The built module.
    [Parameter(Mandatory)] [string] $Module,
    [switch] $Check
)
$ErrorActionPreference = 'Stop'
$root = (Resolve-Path "$PSScriptRoot/../..").Path
$target = "$PSScriptRoot/en-US/KernelMagnifier.Cmdlets.dll-Help.xml"
Import-Module $Module -Force
$common = [System.Management.Automation.PSCmdlet]::CommonParameters + [System.Management.Automation.PSCmdlet]::OptionalCommonParameters

# A page as sections: '## Name' begins a section of text, '### name' a part of it.
function Read-Page([string] $path) {
    $page = [ordered]@{ Title = ''; Synopsis = ''; Sections = [ordered]@{} }
    $section = $null; $part = $null; $fence = $false
    foreach ($line in [IO.File]::ReadAllLines($path)) {
        if ($line.StartsWith('```')) { $fence = -not $fence }
        if (-not $fence -and $line -match '^# (.+)') { $page.Title = $Matches[1] }
        elseif (-not $fence -and $line -match '^## (.+)') { $section = @{ Text = @(); Parts = [ordered]@{} }; $page.Sections[$Matches[1]] = $section; $part = $null }
        elseif (-not $fence -and $line -match '^### (.+)') { $part = $Matches[1]; $section.Parts[$part] = @() }
        elseif ($part) { $section.Parts[$part] += $line }
        elseif ($section) { $section.Text += $line }
        elseif ($line) { $page.Synopsis = "$($page.Synopsis) $line".Trim() }
    }
    $page
}

# The paragraphs of a text, without Markdown.
function ConvertTo-Paragraph([string[]] $lines) {
    if (-not $lines) { return }
    $paragraphs = ($lines -notmatch $defaultLine -join "`n") -split "\n\s*\n"
    $paragraphs.ForEach({ ($_ -replace '\s*\n\s*', ' ' -replace '\[([^\]]+)\]\([^)]*\)', '$1' -replace '`([^`]+)`', '$1').Trim() }).Where({ $_ })
}

# The line of a parameter's text that has its default value.
$defaultLine = '^Default: (.+)$'
function Get-DefaultValue([string[]] $lines) { "$(@($lines) -match $defaultLine -replace $defaultLine, '$1')".Trim() }

# Whether a cmdlet initializes the property of a parameter, so that the page must state the default value.
function Test-Default($instance, $parameter) {
    $value = $instance.($parameter.Name)
    if ($value -is [string]) { return $value -ne '' }
    if ($value -is [enum]) { return $true }
    $value -is [ValueType] -and $value -isnot [switch] -and $value -ne [Activator]::CreateInstance($value.GetType())
}

function Get-SyntaxText([System.Management.Automation.CommandInfo] $command) {
    (Get-Command $command.Name -Syntax).Trim() -split '\r?\n' | Where-Object { $_ } | ForEach-Object { $_.Trim() }
}

$settings = [System.Xml.XmlWriterSettings]@{ Indent = $true; Encoding = [Text.UTF8Encoding]::new($false); NewLineChars = "`n" }
$buffer = [IO.MemoryStream]::new()
$xml = [System.Xml.XmlWriter]::Create($buffer, $settings)
$maml = 'http://schemas.microsoft.com/maml/2004/10'; $cmd = 'http://schemas.microsoft.com/maml/dev/command/2004/10'; $dev = 'http://schemas.microsoft.com/maml/dev/2004/10'
function Write-Text([string] $name, $text) { $xml.WriteElementString('maml', $name, $maml, [string]$text) }
function Write-Description([string[]] $paragraphs, [string] $prefix = 'maml', [string] $ns = $maml) {
    $xml.WriteStartElement($prefix, 'description', $ns); foreach ($p in $paragraphs) { Write-Text para $p }; $xml.WriteEndElement()
}
function Write-Parameter($parameter, $text, [bool] $required, [int] $position, $attribute) {
    $xml.WriteStartElement('command', 'parameter', $cmd)
    $xml.WriteAttributeString('required', "$required".ToLowerInvariant())
    $xml.WriteAttributeString('variableLength', "$($parameter.ParameterType.IsArray)".ToLowerInvariant())
    $xml.WriteAttributeString('globbing', "$([bool]($parameter.Attributes.Where({ $_ -is [System.Management.Automation.SupportsWildcardsAttribute] })))".ToLowerInvariant())
    $from = @(if ($attribute.ValueFromPipeline) { 'ByValue' }; if ($attribute.ValueFromPipelineByPropertyName) { 'ByPropertyName' })
    $xml.WriteAttributeString('pipelineInput', $(if ($from) { "True ($($from -join ', '))" } else { 'False' }))
    $xml.WriteAttributeString('position', $(if ($position -ge 0) { "$position" } else { 'named' }))
    $xml.WriteAttributeString('aliases', $(if ($parameter.Aliases) { $parameter.Aliases -join ', ' } else { 'none' }))
    Write-Text name $parameter.Name
    Write-Description (ConvertTo-Paragraph $text)
    $type = $parameter.ParameterType.Name
    if ($parameter.ParameterType -ne [switch]) {
        $xml.WriteStartElement('command', 'parameterValue', $cmd)
        $xml.WriteAttributeString('required', 'true'); $xml.WriteAttributeString('variableLength', 'false'); $xml.WriteString($type); $xml.WriteEndElement()
    }
    $xml.WriteStartElement('dev', 'type', $dev); Write-Text name $type; $xml.WriteEndElement()
    $default = Get-DefaultValue $text
    $xml.WriteElementString('dev', 'defaultValue', $dev, [string]($default ? $default : $parameter.ParameterType -eq [switch] ? 'False' : 'None'))
    $xml.WriteEndElement()
}
function Write-TypeList([string] $outer, [string] $inner, $parts) {
    $xml.WriteStartElement('command', $outer, $cmd)
    foreach ($name in $parts.Keys) {
        $xml.WriteStartElement('command', $inner, $cmd)
        $xml.WriteStartElement('dev', 'type', $dev); Write-Text name $name; $xml.WriteEndElement()
        Write-Description (ConvertTo-Paragraph $parts[$name]); $xml.WriteEndElement()
    }
    $xml.WriteEndElement()
}

$stale = @()
$filters = (Read-Page "$root/docs/cmdlets/filters.md").Sections['Parameters'].Parts
$confirm = @{ WhatIf = 'Shows what the cmdlet would do, without doing it.'; Confirm = 'Prompts for confirmation before the cmdlet runs.' }
$xml.WriteStartElement('helpItems', 'http://msh'); $xml.WriteAttributeString('schema', 'maml')
foreach ($command in Get-Command -Module KernelMagnifier -CommandType Cmdlet | Sort-Object Name) {
    $path = "$root/docs/cmdlets/$($command.Name).md"
    if (-not (Test-Path $path)) { throw "$path does not exist. Every cmdlet has a page." }
    $page = Read-Page $path

    $old = [IO.File]::ReadAllText($path)
    $syntax = "## Syntax`n`n``````powershell`n$((Get-SyntaxText $command) -join "`n`n")`n```````n`n## Description"
    $new = [regex]::Replace($old, '(?s)## Syntax\n.*?## Description', { param($m) $null = $m; $syntax })
    if ($new -ne $old) { $stale += $path; if (-not $Check -and $PSCmdlet.ShouldProcess($path)) { [IO.File]::WriteAllText($path, $new) } }

    $texts = @{}
    $instance = [Activator]::CreateInstance($command.ImplementingType)
    foreach ($parameter in $command.Parameters.Values) {
        if ($common -contains $parameter.Name -and -not $confirm.ContainsKey($parameter.Name)) { continue }
        $own = $page.Sections['Parameters'].Parts["-$($parameter.Name)"]
        $text = if ($own) { $own } elseif ($confirm.ContainsKey($parameter.Name)) { $confirm[$parameter.Name] }
            elseif ($filters.Contains("-$($parameter.Name)")) { $filters["-$($parameter.Name)"] }
            else { throw "$path does not describe -$($parameter.Name)." }
        if ($parameter.Attributes.Where({ $_ -is [System.Management.Automation.SupportsWildcardsAttribute] }) -and "$text" -notmatch '[Ww]ildcards are\s+allowed') {
            throw "$path does not state that -$($parameter.Name) allows wildcards."
        }
        if (-not $confirm.ContainsKey($parameter.Name) -and (Test-Default $instance $parameter) -and -not (Get-DefaultValue $text)) {
            throw "$path does not state the default value of -$($parameter.Name): a line 'Default: value' is missing."
        }
        $texts[$parameter.Name] = $text
    }
    foreach ($name in $page.Sections['Parameters'].Parts.Keys) {
        if (-not $texts.ContainsKey($name.TrimStart('-'))) { throw "$path describes $name, which $($command.Name) does not have." }
    }

    $xml.WriteStartElement('command', 'command', $cmd)
    $xml.WriteStartElement('command', 'details', $cmd)
    $xml.WriteElementString('command', 'name', $cmd, $command.Name)
    Write-Description $page.Synopsis
    $xml.WriteElementString('command', 'verb', $cmd, $command.Verb); $xml.WriteElementString('command', 'noun', $cmd, $command.Noun)
    $xml.WriteEndElement()
    Write-Description (ConvertTo-Paragraph $page.Sections['Description'].Text)
    $xml.WriteStartElement('command', 'syntax', $cmd)
    foreach ($set in $command.ParameterSets) {
        $xml.WriteStartElement('command', 'syntaxItem', $cmd); Write-Text name $command.Name
        foreach ($parameter in $set.Parameters | Where-Object { $texts.ContainsKey($_.Name) } | Sort-Object { if ($_.Position -ge 0) { $_.Position } else { 1000 } }, { -not $_.IsMandatory } -Stable) {
            Write-Parameter $parameter $texts[$parameter.Name] $parameter.IsMandatory $parameter.Position $parameter
        }
        $xml.WriteEndElement()
    }
    $xml.WriteEndElement()
    $xml.WriteStartElement('command', 'parameters', $cmd)
    foreach ($parameter in $command.Parameters.Values | Where-Object { $texts.ContainsKey($_.Name) }) {
        $attribute = $parameter.Attributes.Where({ $_ -is [System.Management.Automation.ParameterAttribute] })[0]
        Write-Parameter $parameter $texts[$parameter.Name] $attribute.Mandatory ($attribute.Position -ge 0 ? $attribute.Position : -1) $attribute
    }
    $xml.WriteEndElement()
    Write-TypeList inputTypes inputType $page.Sections['Inputs'].Parts
    Write-TypeList returnValues returnValue $page.Sections['Outputs'].Parts
    $xml.WriteStartElement('maml', 'alertSet', $maml); $xml.WriteStartElement('maml', 'alert', $maml)
    foreach ($p in ConvertTo-Paragraph $page.Sections['Notes'].Text) { Write-Text para $p }
    $xml.WriteEndElement(); $xml.WriteEndElement()
    $xml.WriteStartElement('command', 'examples', $cmd)
    $number = 0
    foreach ($title in $page.Sections['Examples'].Parts.Keys) {
        $lines = $page.Sections['Examples'].Parts[$title]
        $end = [Array]::IndexOf($lines, '```')
        $xml.WriteStartElement('command', 'example', $cmd)
        Write-Text title "Example $((++$number)): $title"
        $xml.WriteElementString('dev', 'code', $dev, ($lines[([Array]::IndexOf($lines, '```powershell') + 1)..($end - 1)] -join "`n"))
        $xml.WriteStartElement('dev', 'remarks', $dev); foreach ($p in ConvertTo-Paragraph ($lines | Select-Object -Skip ($end + 1))) { Write-Text para $p }; $xml.WriteEndElement()
        $xml.WriteEndElement()
    }
    $xml.WriteEndElement()
    $xml.WriteStartElement('command', 'relatedLinks', $cmd)
    foreach ($line in $page.Sections['Links'].Text -match '^- ') {
        $xml.WriteStartElement('maml', 'navigationLink', $maml)
        Write-Text linkText ($line -replace '^- ' -replace '\[([^\]]+)\]\([^)]*\)', '$1'); Write-Text uri ($line -match '\((https?:[^)]+)\)' ? $Matches[1] : '')
        $xml.WriteEndElement()
    }
    $xml.WriteEndElement()
    $xml.WriteEndElement()
}
$xml.WriteEndElement(); $xml.Flush()
$made = [Text.Encoding]::UTF8.GetString($buffer.ToArray()) + "`n"
if (-not (Test-Path $target) -or [IO.File]::ReadAllText($target) -ne $made) {
    $stale += $target
    if (-not $Check -and $PSCmdlet.ShouldProcess($target)) { [IO.File]::WriteAllText($target, $made) }
}
if ($Check) { $stale }
