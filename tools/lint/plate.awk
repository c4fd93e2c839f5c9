# tools/lint/plate.awk - the door plate of every .c file, the first line of every header. Input: C files of engine/, cgi-bin/, bin/.
function end_file(    i) {
    if (last == "") return
    if (!named) print last ":1: the first line is \"/* " last " - one line that says what it is\""
    if (last ~ /\.c$/)
        for (i = 1; i <= 4; i++) if (!seen[head[i]]) print last ":1: the door plate has no \"" head[i] "\" (see engine/base/arena.c)"
}
BEGIN { split("For Owns Never Holds", head, " ") }
FNR == 1 {
    end_file()
    last = FILENAME; named = index($0, "/* " FILENAME " - ") == 1; over = 0
    for (i = 1; i <= 4; i++) seen[head[i]] = 0
}
!over && /^ \* (For|Owns|Never|Holds) +[^ ]/ { seen[$2] = 1 }
/\*\// { over = 1 }
END { end_file() }
