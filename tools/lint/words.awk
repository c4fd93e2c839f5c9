# tools/lint/words.awk - words that no file of the tree may hold. Input: all text files.
/(^|[^A-Za-z])(TO[D]O|FIX[M]E|XX[X]|HAC[K])([^A-Za-z]|$)/ { print FILENAME ":" FNR ": do it, or write it into an issue" }
/(^|[^A-Za-z0-9_.])\/work\/[a-z.]/ { print FILENAME ":" FNR ": a path of one person's machine" }
/(npmjs|pypi|rubygems|crates|yarnpkg)\.(org|com|io)|(deb|security|snapshot|ftp|archive|pypi|proxy)\.(debian|ubuntu|python|pythonhosted|golang)\.(org|com)/ {
    print FILENAME ":" FNR ": names a package registry; the machine's own package settings say where packages come from"
}
/[ \t]+$/ && FILENAME ~ /\.(c|h|def|sql|awk|sh|mk|cs)$/ { print FILENAME ":" FNR ": blanks at the end of the line" }
