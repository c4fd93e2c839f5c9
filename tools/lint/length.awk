# tools/lint/length.awk - files over 900 lines and functions over 60 explain themselves by a comment "long: why". Input: C files.
function end_file() {
    if (last != "" && lines > 900 && !file_why) print last ":1: " lines " lines (900 at most); split it, or say why in a comment \"long: why\" at its top"
}
FNR == 1 { end_file(); last = FILENAME; file_why = 0; start = 0; why_at = -100 }
{ lines = FNR }
/long: / { if (FNR <= 60) file_why = 1; why_at = FNR }
/^\{$/ { start = FNR }
/^\}$/ && start > 0 {
    if (FNR - start - 1 > 60 && why_at < start - 8)
        print FILENAME ":" start ": a function of " FNR - start - 1 " lines (60 at most); split it, or say why in a comment \"long: why\""
    start = 0
}
/^[^ \t}#\/*{].*\)$|^[a-z].*[,(]$/ { if (start == 0) head = FNR }
END { end_file() }
