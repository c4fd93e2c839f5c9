# tools/lint/strip.awk - C source as rules want it: one line of output for each line of input,
#   file TAB line TAB code (comments gone, string contents gone) TAB string contents (joined by \001) TAB comment text
FNR == 1 { in_comment = 0 }
{
    line = $0; code = ""; strings = ""; comment = ""
    gsub(/\t/, " ", line)
    while (line != "") {
        if (in_comment) {
            p = index(line, "*/")
            if (p == 0) { comment = comment line; break }
            comment = comment substr(line, 1, p - 1) " "
            line = substr(line, p + 2); in_comment = 0; code = code " "
            continue
        }
        if (!match(line, /["'\/]/)) { code = code line; break }
        code = code substr(line, 1, RSTART - 1)
        line = substr(line, RSTART)
        c = substr(line, 1, 1)
        if (c == "/") {
            if (substr(line, 2, 1) == "*") { in_comment = 1; line = substr(line, 3) }
            else if (substr(line, 2, 1) == "/") { comment = comment substr(line, 3); break }
            else { code = code "/"; line = substr(line, 2) }
        } else if (c == "\"") {
            if (!match(line, /^"([^"\\]|\\.)*"/)) { code = code "\"\""; strings = strings "\001" substr(line, 2); break }
            strings = strings "\001" substr(line, 2, RLENGTH - 2)
            code = code "\"\""; line = substr(line, RLENGTH + 1)
        } else {
            if (!match(line, /^'([^'\\]|\\.)*'/)) { code = code "'"; line = substr(line, 2); continue }
            code = code "' '"; line = substr(line, RLENGTH + 1)
        }
    }
    print FILENAME "\t" FNR "\t" code "\t" strings "\t" comment
}
