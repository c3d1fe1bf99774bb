# Writes the manual page kernel-magnifier(1) from the tool's own --help, and its exit codes from the table in the guide:
# man.ps1 -Tool PATH -Guide docs/cli.md -Out FILE -Date YYYY-MM-DD
#
# The script relies on the layout of the help (src/Cli/CommandLine/HelpText.cs), not on its words: a summary, a usage line,
# paragraphs, sections of entries in two columns, examples. Options that many commands share appear once. A line that fits none of
# these is an error.
param(
    [Parameter(Mandatory)] [string] $Tool,
    [Parameter(Mandatory)] [string] $Guide,
    [Parameter(Mandatory)] [string] $Out,
    [Parameter(Mandatory)] [string] $Date)

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

# An option that at least this many commands describe in the same words appears once.
$shared = 4
# Examples are broken so that they fit a terminal of 80 columns with the page's indentation.
$exampleWidth = 62
$sourceWidth = 78
# The paragraphs of the help are wrapped at this width or later.
$helpWidth = 90

# --- the help ---------------------------------------------------------------------------------------------------------------

function Get-Help([string[]] $Arguments) {
    $lines = & $Tool @Arguments
    if ($LASTEXITCODE -ne 0) { throw "'$Tool $Arguments' ended with exit code $LASTEXITCODE." }
    , @($lines)
}

# The entries of one section: a term in the first column, its meaning in the second or in the lines below.
function Read-Entry([string[]] $Lines, [string] $Where) {
    $entry = $null
    foreach ($line in $Lines) {
        if ($line -match '^(?:  (?=[^ ])|      (?=--))(\S.*?)(?: {2,}(.*))?$') {
            if ($entry) { $entry }
            $entry = [pscustomobject]@{ Term = $Matches[1]; Meaning = $Matches[2] ?? '' }
        }
        elseif ($entry -and $line -match '^ {8,}(\S.*)$') { $entry.Meaning = "$($entry.Meaning) $($Matches[1])".Trim() }
        else { throw "The help of $Where has a line that is neither an entry nor the rest of one: '$line'" }
    }
    if ($entry) { $entry }
}

function Read-Example([string[]] $Lines, [string] $Where) {
    $what = ''
    foreach ($line in $Lines) {
        if ($line -match '^  # (.*)$') { $what = $Matches[1] }
        elseif ($line -match '^  (\S.*)$') { [pscustomobject]@{ What = $what; Line = $Matches[1] } }
        else { throw "The help of $Where has a line that is no example: '$line'" }
    }
}

# Blocks of lines between empty lines, as arrays.
function Split-Block([string[]] $Lines) {
    $block = @()
    foreach ($line in $Lines + '') {
        if ($line) { $block += $line; continue }
        if ($block) { , $block }
        $block = @()
    }
}

function Read-Help([string[]] $Lines, [string] $Where) {
    $help = [pscustomobject]@{ Summary = ''; Usage = ''; Paragraphs = @(); Sections = @(); Examples = @() }
    foreach ($block in Split-Block $Lines) {
        $first, $rest = $block
        $rest = @($rest | Where-Object { $_ })
        if (-not $help.Summary) { $help.Summary = $first.TrimEnd('.') }
        elseif ($first -match '^Usage: kernel-magnifier (.*)$') { $help.Usage = $Matches[1] }
        elseif ($first -eq 'Examples:') { $help.Examples = @(Read-Example $rest $Where) }
        elseif ($first -match '^\S.*:$' -and $rest -and $rest[0] -match '^  ') {
            $help.Sections += [pscustomobject]@{ Title = $first.TrimEnd(':'); Entries = @(Read-Entry $rest $Where) }
        }
        else { $help.Paragraphs += , $block }
    }
    if (-not $help.Usage) { throw "The help of $Where has no usage line." }
    $help
}

function Set-FirstLetter([string] $Text, [ValidateSet('Upper', 'Lower')] [string] $Case) {
    $first = $Text.Substring(0, 1)
    ($Case -eq 'Upper' ? $first.ToUpperInvariant() : $first.ToLowerInvariant()) + $Text.Substring(1)
}

# The rows of the guide's table of exit codes.
function Read-ExitCode {
    $table = [regex]::Match((Get-Content -Raw $Guide), '(?m)^\| exit code \|.*\n\|[ -|]+\n((?:\|.*\n)+)')
    if (-not $table.Success) { throw "$Guide has no table that begins with '| exit code |'." }
    foreach ($row in $table.Groups[1].Value.TrimEnd() -split '\n') {
        $cells = $row.Trim('|') -split '(?<!\\)\|'
        $meaning = $cells[1].Trim().Replace('\|', '|').Replace('`', '')
        [pscustomobject]@{ Term = $cells[0].Trim(); Meaning = Set-FirstLetter $meaning Upper }
    }
}

# --- roff -------------------------------------------------------------------------------------------------------------------

$page = [Collections.Generic.List[string]]::new()
function Add-Line([string] $Line) { $page.Add($Line) }

# Escapes the characters that have a meaning in roff. In options and commands, "-" stays the ASCII character, so that it can be
# copied from the page.
function ConvertTo-Roff([string] $Text, [switch] $Code) {
    $roff = $Text.Replace('\', '\e')
    $hyphens = $Code ? '-' : '(?<![\w-])-{1,2}[A-Za-z][\w-]*'
    $roff = [regex]::Replace($roff, $hyphens, { $args[0].Value.Replace('-', '\-') })
    $roff = $roff.Replace("'", '\(aq').Replace('`', '\(ga').Replace('^', '\(ha').Replace('~', '\(ti')
    # At the start of a line a dot begins a request.
    $roff -replace '^\.', '\&.'
}

# Roff in lines that an editor shows whole.
function Add-Folded([string] $Roff) {
    $line = ''
    foreach ($word in $Roff -split ' ') {
        if ($line -and $line.Length + $word.Length -ge $sourceWidth) {
            Add-Line $line
            $line = $word -replace '^\.', '\&.'
        }
        else { $line = $line ? "$line $word" : $word }
    }
    Add-Line $line
}

# Prose. Each sentence begins a line, so that roff sets the space between sentences.
function Add-Prose([string] $Text) {
    foreach ($sentence in $Text -split '(?<=[.?]) (?=[A-Z])') { Add-Folded (ConvertTo-Roff $sentence) }
}

# A term: option names in bold, what they take in italics.
function ConvertTo-Term([string] $Term) {
    $words = foreach ($word in $Term -split ' ') {
        $roff = ConvertTo-Roff $word.TrimEnd(',') -Code
        ($word -match '^-|^[a-z0-9]' ? "\fB$roff\fR" : "\fI$roff\fR") + ($word.EndsWith(',') ? ',' : '')
    }
    $words -join ' '
}

function Add-Entry([object[]] $Entries) {
    foreach ($entry in $Entries) {
        Add-Line '.TP'
        Add-Line (ConvertTo-Term $entry.Term)
        # A note of the default, in brackets, ends a meaning as it is.
        Add-Prose ($entry.Meaning + ($entry.Meaning -match '[.\]]$' ? '' : '.'))
    }
}

function Add-Paragraph([string[]] $Lines) {
    $columns = $Lines | Where-Object { $_ -match '^\S.*?\S {2,}\S' }
    if (@($columns).Count -eq $Lines.Count) {
        foreach ($line in $Lines) {
            $null = $line -match '^(\S.*?) {2,}(\S.*)$'
            $term, $meaning = $Matches[1], $Matches[2]
            Add-Line '.TP'
            Add-Line "\fB$(ConvertTo-Roff $term -Code)\fR"
            Add-Prose $meaning
        }
        return
    }
    # After a heading the paragraph begins by itself.
    if ($page[-1] -notmatch '^\.S[HS] ') { Add-Line '.PP' }
    $text = $Lines[0]
    foreach ($index in 1..$Lines.Count) {
        $next = $index -lt $Lines.Count ? $Lines[$index] : $null
        # The next word would have fitted: the line break is intended.
        $ends = $null -eq $next -or ($Lines[$index - 1].Length + ($next -split ' ')[0].Length) -lt $helpWidth
        if (-not $ends) { $text = "$text $next"; continue }
        Add-Prose $text
        if ($null -ne $next) { Add-Line '.br' }
        $text = $next
    }
}

# A command line, broken before options and pipes where it is too long.
function Add-Command([string] $Line) {
    $now = ''
    foreach ($part in $Line -split ' (?=-{1,2}[A-Za-z]|\|)') {
        if ($now -and ($now.Length + $part.Length + 3) -gt $exampleWidth) {
            Add-Line "$(ConvertTo-Roff $now -Code) \e"
            $now = "    $part"
        }
        else { $now = $now ? "$now $part" : $part }
    }
    Add-Line (ConvertTo-Roff $now -Code)
}

function Add-Example([object[]] $Examples) {
    if (-not $Examples) { return }
    Add-Line '.PP'
    Add-Line 'Examples:'
    foreach ($example in $Examples) {
        if ($example.What) {
            Add-Line '.PP'
            Add-Line (ConvertTo-Roff "$($example.What)$($example.What -match '[.?]$' ? '' : ':')")
        }
        Add-Line '.PP'
        Add-Line '.RS 4'
        Add-Line '.EX'
        Add-Command $example.Line
        Add-Line '.EE'
        Add-Line '.RE'
    }
}

function Join-Name([string[]] $Names) {
    $bold = @($Names | ForEach-Object { "\fB$(ConvertTo-Roff $_ -Code)\fR" })
    $bold.Count -lt 2 ? "$bold" : "$($bold[0..($bold.Count - 2)] -join ', ') and $($bold[-1])"
}

function Get-Key([object] $Section, [object] $Entry) { "$($Section.Title)`n$($Entry.Term)`n$($Entry.Meaning)" }

# A section of a command: its own entries, then a reference to the shared ones.
function Add-Section([object] $Section, [hashtable] $SharedKeys, [hashtable] $SharedCount) {
    $own = @($Section.Entries | Where-Object { -not $SharedKeys.ContainsKey((Get-Key $Section $_)) })
    $others = @($Section.Entries | Where-Object { $SharedKeys.ContainsKey((Get-Key $Section $_)) })
    if ($own) {
        if ($Section.Title -ne 'Options') { Add-Line '.PP'; Add-Line (ConvertTo-Roff "$($Section.Title):") }
        Add-Entry $own
    }
    if (-not $others) { return }
    $title = Get-SharedTitle $Section.Title
    Add-Line '.PP'
    if ($others.Count -eq $SharedCount[$title]) { Add-Line "$($own ? 'Also all' : 'All') options under" }
    else {
        $names = @($others | ForEach-Object { [regex]::Match($_.Term, '--[\w-]+').Value })
        Add-Folded "$($own ? 'Also ' : '')$(Join-Name $names): see"
    }
    Add-Line ".BR `"$title`" ."
}

function Get-SharedTitle([string] $Title) {
    $Title -eq 'Options' ? 'COMMON OPTIONS' : ($Title -replace ' *\(.*').ToUpperInvariant()
}

# --- the page ---------------------------------------------------------------------------------------------------------------

$version = (Get-Help '--version') -replace '^kernel-magnifier '
$overview = Read-Help (Get-Help '--help') 'kernel-magnifier'
$commands = $overview.Sections[0].Entries
$helps = [ordered]@{}
foreach ($command in $commands) { $helps[$command.Term] = Read-Help (Get-Help (@($command.Term -split ' ') + '--help')) $command.Term }

$uses = @{}
foreach ($help in $helps.Values) {
    foreach ($section in $help.Sections) { foreach ($entry in $section.Entries) { $uses[(Get-Key $section $entry)]++ } }
}
$sharedKeys, $sharedCount = @{}, @{}
foreach ($key in $uses.Keys) {
    if ($uses[$key] -lt $shared) { continue }
    $sharedKeys[$key] = $true
    $sharedCount[(Get-SharedTitle ($key -split "`n")[0])]++
}

Add-Line '.\" Made from the output of --help by build/package/man.ps1.'
Add-Line ".TH KERNEL\-MAGNIFIER 1 `"$Date`" `"kernel\-magnifier $version`" `"User Commands`""
# Options are not hyphenated, and lines are not stretched around them.
Add-Line '.nh'
Add-Line '.ad l'
Add-Line '.SH NAME'
Add-Line "kernel\-magnifier \- $(ConvertTo-Roff (Set-FirstLetter $overview.Summary Lower))"
Add-Line '.SH SYNOPSIS'
Add-Line '.nf'
foreach ($usage in @($overview) + @($helps.Values) | ForEach-Object Usage) {
    # The name of the command in bold.
    $words = foreach ($word in $usage -split ' ') {
        $roff = ConvertTo-Roff $word -Code
        $word -match '^[a-z-]+$' ? "\fB$roff\fR" : $roff
    }
    Add-Line "\fBkernel\-magnifier\fR $($words -join ' ')"
}
Add-Line '.fi'
Add-Line '.SH DESCRIPTION'
foreach ($paragraph in $overview.Paragraphs) { Add-Paragraph $paragraph }
Add-Line '.SH COMMANDS'
foreach ($name in $helps.Keys) {
    $help = $helps[$name]
    Add-Line ".SS $(ConvertTo-Roff $name -Code)"
    Add-Prose "$($help.Summary)."
    foreach ($paragraph in $help.Paragraphs) { Add-Paragraph $paragraph }
    foreach ($section in $help.Sections) { Add-Section $section $sharedKeys $sharedCount }
    Add-Example $help.Examples
}
$described = @{}
foreach ($group in @($helps.Values.Sections) | Group-Object Title) {
    $entries = foreach ($section in $group.Group) {
        foreach ($entry in $section.Entries) {
            $key = Get-Key $section $entry
            if ($sharedKeys.ContainsKey($key) -and -not $described.ContainsKey($key)) { $described[$key] = $true; $entry }
        }
    }
    if (-not $entries) { continue }
    Add-Line ".SH $(Get-SharedTitle $group.Name)"
    $note = [regex]::Match($group.Name, '\((.*)\)').Groups[1].Value
    if ($note) { Add-Prose "$(Set-FirstLetter $note Upper)." }
    Add-Entry $entries
}
Add-Line '.SH EXIT STATUS'
Add-Entry @(Read-ExitCode)
Add-Line '.SH SEE ALSO'
Add-Line '.BR trace\-cmd (1),'
Add-Line '.BR perf (1),'
Add-Line '.BR dot (1)'
[IO.File]::WriteAllText($Out, ($page -join "`n") + "`n")
