# tools/tour.awk - places named in docs/TOUR.md that do not exist. Input: docs/TOUR.md; every `file` and `file:name` in backquotes is
# looked up, from the root or from engine/; name is a word that stands in the file.
function exists(path,    got, junk) { got = (getline junk < path) >= 0; close(path); return got }
function has(path, word,    text, found) {
    while ((getline text < path) > 0)
        if (text ~ "(^|[^A-Za-z0-9_])" word "([^A-Za-z0-9_]|$)") { found = 1; break }
    close(path)
    return found
}
{
    rest = $0
    while (match(rest, /`[^`]+`/)) {
        item = substr(rest, RSTART + 1, RLENGTH - 2); rest = substr(rest, RSTART + RLENGTH)
        if (item !~ /^[A-Za-z0-9_.\/-]+\.(c|h|sql|def|awk|sh|mk|cs|js|mjs|bpmn|dmn|scn|md)(:[A-Za-z_][A-Za-z0-9_]*)?$/) continue
        word = ""; path = item
        if (path ~ /:/) { word = item; sub(/^[^:]*:/, "", word); sub(/:.*/, "", path) }
        if (path !~ /\//) continue # a bare name inside a sentence
        if (!exists(path) && exists("engine/" path)) path = "engine/" path
        if (!exists(path)) { print FILENAME ":" FNR ": there is no " path; continue }
        if (word != "" && !has(path, word)) print FILENAME ":" FNR ": " path " has no " word "; say where it went"
    }
}
