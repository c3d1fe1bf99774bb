# Turns CHANGELOG.md into a Debian changelog. Variables: epoch (of the last commit), maintainer.
# A heading "## VERSION (YYYY-MM-DD)" is of that day; without a date it is of the last commit.

function fold(text, first, rest,    words, count, i, line) {
    gsub(/`|\*\*/, "", text)
    count = split(text, words, " ")
    line = first words[1]
    for (i = 2; i <= count; i++) {
        if (length(line) + length(words[i]) + 1 > 78) { print line; line = rest words[i] }
        else line = line " " words[i]
    }
    print line
}
function end_item() { if (item != "") fold(item, "  * ", "    "); item = "" }
function end_version() { end_item(); if (version != "") printf "\n -- %s  %s\n\n", maintainer, date }
function date_of(seconds,    command, text) {
    command = "LC_ALL=C date -u -R -d " seconds
    command | getline text
    close(command)
    return text
}

/^## / {
    end_version()
    version = $2
    date = match($0, /[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]/) ? date_of(substr($0, RSTART, 10)) : date_of("@" epoch)
    printf "kernel-magnifier (%s) unstable; urgency=medium\n\n", version
    next
}
version == "" { next }
/^- / { end_item(); item = substr($0, 3); next }
/^[ \t]*$/ { end_item(); next }
{ sub(/^[ \t]+/, ""); item = item == "" ? $0 : item " " $0 }
END { end_version() }
