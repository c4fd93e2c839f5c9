# tools/lint/doors.awk - includes and calls of a library outside its door. Input: doors.txt, then the stripped source.
function trim(s) { gsub(/^ +| +$/, "", s); return s }
function inside(file, door) { return door ~ /\/$/ ? index(file, door) == 1 : file == door }
function say(what) { print file ":" line ": " what " belongs to " door[i] "; " instead[i] }
FILENAME ~ /doors\.txt$/ {
    if ($0 ~ /^#/ || !/\|/) next
    n++
    rest = $0
    while ((p = match(rest, / \| /)) > 0) { # a bar in a regex has no blanks around it
        cell[++k] = trim(substr(rest, 1, p - 1)); rest = substr(rest, p + 3)
    }
    name[n] = cell[1]; header[n] = cell[2]; symbol[n] = cell[3]; door[n] = cell[4]; instead[n] = trim(rest); k = 0
    if (sub(/^one /, "", door[n])) single[n] = 1
    next
}
{
    split($0, f, "\t"); file = f[1]; line = f[2]; code = f[3]
    if (file !~ /^(engine|cgi-bin|bin)\//) next
    if (match(code, /^ *# *include *<[^>]+>/)) {
        head = code; sub(/^.*</, "", head); sub(/>.*$/, "", head)
        for (i = 1; i <= n; i++)
            if (head ~ header[i]) {
                if (single[i] && inside(file, door[i])) {
                    if (first[i] == "") first[i] = file
                    if (first[i] != file) print file ":" line ": <" head "> is already behind " first[i] "; one file holds " name[i]
                } else if (!inside(file, door[i])) say("<" head ">")
            }
        next
    }
    if (code !~ /\(/) next
    while (match(code, /[A-Za-z_][A-Za-z_0-9]*\(/)) {
        before = RSTART > 1 ? substr(code, RSTART - 1, 1) : " "
        two = RSTART > 2 ? substr(code, RSTART - 2, 2) : "  "
        call = substr(code, RSTART, RLENGTH - 1); code = substr(code, RSTART + RLENGTH)
        if (before == "." || two == "->") continue # a member
        for (i = 1; i <= n; i++)
            if (name[i] ~ /^(memory|clock|randomness|syslog)$/ && call ~ symbol[i] && !inside(file, door[i])) say(call "()")
    }
}
