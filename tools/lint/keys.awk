# tools/lint/keys.awk - text keys of err.def and event.def that a catalogue lacks. Input: the .def files, then lang/<language>.po.
FILENAME ~ /\.def$/ {
    if ($0 !~ /^(ERR|EVENT)\(/) next
    if (!match($0, /"[a-z_0-9.]+"\)/)) { print FILENAME ":" FNR ": a row without text key"; next }
    k = substr($0, RSTART + 1, RLENGTH - 3)
    if (!(k in at)) { at[k] = FILENAME ":" FNR; key[++n] = k }
    next
}
FNR == 1 { po[++p] = FILENAME }
/^msgid "/ { m = $0; sub(/^msgid "/, "", m); sub(/"$/, "", m); has[FILENAME, m] = 1 }
END {
    for (i = 1; i <= n; i++)
        for (j = 1; j <= p; j++)
            if (!((po[j], key[i]) in has)) print at[key[i]] ": text key " key[i] " is missing in " po[j]
}
