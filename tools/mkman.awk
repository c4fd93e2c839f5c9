# tools/mkman.awk - gradus.conf(5) from the list of settings.
#
#   awk -f tools/mkman.awk engine/conf.def >docs/man/gradus.conf.5
#
# The result is committed (docs/man/) and reviewed as a diff; the lint rule `stale` compares. `make man` writes it.
function roff(s) { gsub(/\\/, "\\e", s); gsub(/-/, "\\-", s); sub(/^[.']/, "\\\\\\&&", s); return s }
function quoted(    s) { match(rest, /^ *"([^"\\]|\\.)*"/); s = substr(rest, RSTART, RLENGTH); rest = substr(rest, RLENGTH + 1)
    sub(/^ *"/, "", s); sub(/"$/, "", s); sub(/^ *, */, "", rest); return s }
function word(    s) { match(rest, /^ *[^,)]+/); s = substr(rest, 1, RLENGTH); rest = substr(rest, RLENGTH + 1)
    gsub(/^ +| +$/, "", s); sub(/^ *, */, "", rest); return s }
BEGIN {
    print ".\\\" made by tools/mkman.awk from engine/conf.def"
    print ".TH GRADUS.CONF 5 \"\" \"Gradus\" \"Gradus manual\"\n.SH NAME\ngradus.conf \\- settings of all programs of Gradus"
    print ".SH SYNOPSIS\n.I /etc/gradus/gradus.conf\n.SH DESCRIPTION"
    print "All programs read one file when they start: the one that the environment variable\n.B GRADUS_CONF\nnames, else"
    print ".IR /etc/gradus/gradus.conf ;\n.BR gradus (1)\nalso takes\n.BR \\-\\-conf .\nA change needs a restart of the programs."
    print ".PP\nEach line is\n.IR \"name = value\" .\nEmpty lines and lines that begin with # are ignored; blanks around name and value are cut."
    print "A name that is not in the list below, a number out of range and a name that comes twice are errors: the program says so and ends with code 78."
    print ".PP\n.B gradus conf\nprints all settings with their defaults as a file to begin with;"
    print ".B gradus conf \\-\\-effective\nprints those in force, without secrets."
    print "The file is read by every program. Let it be readable by the group gradus only, and keep passwords out of it:"
    print "unix_socket for the database,\n.B ldap_bind_password_file\nfor the directory.\n.SH SETTINGS"
}
/^CONF_(TEXT|INT) *\(/ {
    text = /^CONF_TEXT/
    rest = $0; sub(/^CONF_[A-Z]+ *\(/, "", rest)
    name = word()
    if (text) { value = quoted(); secret = word() == "SECRET"; range = "" }
    else { value = word(); least = word(); most = word(); secret = 0; range = ", " least " to " most }
    prose = quoted()
    print ".TP\n.B " roff(name)
    print roff(prose)
    print "(" (value == "" ? "default: empty" : "default: " roff(value)) range (secret ? "; never shown" : "") ")"
}
END {
    print ".SH FILES\n.TP\n.I /etc/gradus/gradus.conf\nthe settings\n.TP\n.I /etc/gradus/gradus.conf.example\nall of them with defaults, put there by the installation"
    print ".SH SEE ALSO\n.BR gradus (1),\n.BR gradus\\-worker (8),\n.I docs/OPERATE.md"
}
