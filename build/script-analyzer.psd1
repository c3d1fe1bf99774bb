# What PSScriptAnalyzer is not asked (see lint in targets.sh).
@{
    Severity     = 'Warning', 'Error'
    ExcludeRules = @(
        # Pester runs BeforeAll and It in one scope, which the analyzer cannot know.
        'PSUseDeclaredVarsMoreThanAssignments'
        # PowerShell 7 reads UTF-8 without a mark.
        'PSUseBOMForUnicodeEncodedFile'
        # A name a recording could hold must be told apart by case: such a table is made on purpose.
        'PSUseLiteralInitializerForHashtable'
    )
}
