# What the browser gets and the texts.
#
#   make static      scripts, styles and icons into build/static/ (npm ci and esbuild, once), with .gz and manifest.txt
#   make lang        build/lang/<language>.mo from lang/<language>.po
#   make texts       keys used in templates that a complete catalogue lacks

STATIC_SRC := static/build.mjs $(wildcard static/src/*)
LANG_MO := $(patsubst lang/%.po,build/lang/%.mo,$(wildcard lang/*.po))

# the lockfile decides; --ignore-scripts as well as .npmrc, since no package needs to run anything at install
static/node_modules/.package-lock.json: static/package.json static/package-lock.json static/.npmrc
	@echo "  NPM static"
	@cd static && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

build/static/manifest.txt: $(STATIC_SRC) static/node_modules/.package-lock.json
	@echo "  ESBUILD static"
	@node static/build.mjs build/static

static: build/static/manifest.txt
.PHONY: static

build/lang/%.mo: lang/%.po
	@mkdir -p $(dir $@)
	@echo "  MSGFMT $*"
	@msgfmt -c --no-hash -o $@ $<

lang: $(LANG_MO)
.PHONY: lang

texts:
	@$(AWK) -f tools/lint/texts.awk $$(find templates -name '*.cs' | sort) lang/en.po lang/de.po
.PHONY: texts

all: lang
