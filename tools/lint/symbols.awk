# tools/lint/symbols.awk - what the object files say, whatever the source looked like. Input: engine/LAYERS, tools/lint/doors.txt, then
# `objdump -t` of the objects of one build. rule=globals|arrows|doors|banned chooses.
function trim(s) { gsub(/^ +| +$/, "", s); return s }
function inside(file, door) { return door ~ /\/$/ ? index(file, door) == 1 : file == door }
function kind(room) { sub(/\/.*/, "", room); return room }
FILENAME ~ /LAYERS$/ {
    if (/^#/ || !/:/) next
    layer = $0; sub(/:.*/, "", layer); gsub(/ /, "", layer)
    rest = $0; sub(/^[^:]*:/, "", rest)
    k = split(rest, low, " ")
    for (i = 1; i <= k; i++) may[layer, low[i]] = 1
    next
}
FILENAME ~ /doors\.txt$/ {
    if ($0 ~ /^#/ || !/\|/) next
    d++; k = 0; rest = $0
    while ((p = match(rest, / \| /)) > 0) { cell[++k] = trim(substr(rest, 1, p - 1)); rest = substr(rest, p + 3) }
    symbol[d] = cell[3]; door[d] = cell[4]; instead[d] = trim(rest)
    if (sub(/^one /, "", door[d])) single[d] = 1
    next
}
/: +file format / {
    file = $1; sub(/:$/, "", file)
    sub(/^.*\/obj\//, "", file)
    if (sub(/^gen\//, "engine/", file)) generated = 1; else generated = 0
    sub(/\.o$/, "", file)
    if (!generated) file = file ".c"
    split(file, part, "/")
    room = part[1] == "engine" ? part[2] : part[1] "/" part[2]
    if (file ~ /stmt_all$/) room = "db"
    next
}
/\*UND\*/ { u++; und_file[u] = file; und_room[u] = room; und[u] = $NF; und_gen[u] = generated; next }
$1 ~ /^[0-9a-f]+$/ && NF >= 4 {
    name = $NF
    if ($2 == "g" || $2 == "w") defined[name] = room
    if (rule == "globals" && / O / && !/ \.data\.rel\.ro/ && / \.(t?data|t?bss)| \*COM\*/) {
        if (file !~ /^engine\/base\/(err|log|fault)\.c$/ && !generated) print file ":1: " name " is mutable and outlives a request; hand it in, or make it const"
        if (generated) print file ":1: generated wrapper keeps " name " between requests"
    }
}
END {
    for (i = 1; i <= u; i++) {
        name = und[i]; file = und_file[i]; room = und_room[i]
        if (name in defined) {
            to = defined[name]
            if (rule == "arrows" && to != room && !((kind(room), to) in may) && !((room, to) in may) && !und_gen[i])
                print file ":1: uses " name " of " to ", which " room " must not know (engine/LAYERS)"
            continue
        }
        if (rule == "doors" && !und_gen[i])
            for (j = 1; j <= d; j++)
                if (name ~ symbol[j]) {
                    if (single[j] && inside(file, door[j])) {
                        if (first[j] == "") first[j] = file
                        if (first[j] != file) print file ":1: uses " name ", but " first[j] " is the door already"
                    } else if (!inside(file, door[j])) print file ":1: uses " name ", which belongs to " door[j] "; " instead[j]
                }
        if (rule == "banned" && name ~ /^(strcpy|strcat|strncat|__strcpy_chk|__strcat_chk|sprintf|vsprintf|__sprintf_chk|__vsprintf_chk|gets|strtok|strtok_r|atoi|atol|atof|rand|system|popen|wordexp|tmpnam|tempnam|mktemp|alloca|setjmp|_setjmp|longjmp|__longjmp_chk|localtime|gmtime|ctime|asctime|abort)$/)
            print file ":1: links " name ", which is banned (tools/lint/banned.awk says what to use)"
        if (rule == "banned" && name ~ /^(exec[lv]|fexecve|posix_spawn)/ && file !~ /^bin\//)
            print file ":1: links " name "; only programs in bin/ start others"
    }
}
