BeforeAll {
    . "$PSScriptRoot/Support.ps1"
    Push-Location $TestDrive
}
AfterAll { Pop-Location }

# Schedules that are registered are tested in guests.
Describe 'Register-KmSchedule' {
    It 'prints the units with -WhatIf, with what the parameters say' {
        $text = & $pwsh -NoProfile -Command "Import-Module '$modulePath'; Register-KmSchedule runq -OnCalendar hourly -Preset Pressure -Duration 2 -Executable /bin/true -WhatIf" 6>&1 | Out-String
        $text | Should -Match 'Register the schedule runq'
        $text | Should -Match 'schedule run runq'
    }
    It 'refuses <_>' -ForEach @('a*b -OnCalendar hourly', 'x -OnCalendar hourly -Kind Wakup', 'x -OnCalendar hourly -Duration 2h', 'x -OnCalendar hourly -LogTo file:relative') {
        { Invoke-Expression "Register-KmSchedule $_ -Executable /bin/true -WhatIf -ErrorAction Stop" } | Should -Throw
    }
}
