# tools/lint/documented.awk - every function of a public header stands in a block with a comment. Input: the stripped source.
# A block is what stands between two blank lines; one comment may speak for a group.
function end_block(    i) {
    if (!block_comment) for (i = 1; i <= n; i++) print at[i] ": " fn[i] "() is not explained: meaning, units, ownership, errors"
    n = 0; block_comment = 0
}
{
    split($0, f, "\t")
    if (f[1] !~ /^engine\/.*\.h$/ || f[1] ~ /_int\.h$/) next
    if (f[1] != file) { end_block(); file = f[1]; depth = 0; first = 1 }
    code = f[3]
    if (code ~ /^ *$/ && f[5] == "") { end_block(); first = 0; next }
    if (f[5] != "") block_comment = 1
    if (depth == 0 && code ~ /^[a-z][A-Za-z_0-9 *]*[ *][a-z_0-9]+\(/ && code !~ /^typedef/ && code !~ /=/) {
        name = code; sub(/\(.*/, "", name); sub(/.*[ *]/, "", name)
        at[++n] = f[1] ":" f[2]; fn[n] = name
    }
    depth += gsub(/\{/, "{", code) - gsub(/\}/, "}", code)
}
END { end_block() }
