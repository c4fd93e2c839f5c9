#   make install     PREFIX=/usr DESTDIR= SYSCONFDIR=/etc LIBEXECDIR=$(PREFIX)/lib/gradus; enables and overwrites nothing in SYSCONFDIR
#   make dist        build/gradus-VERSION.tar.xz of what is committed

SYSCONFDIR = $(if $(filter /usr,$(PREFIX)),/etc,$(PREFIX)/etc)
LIBEXECDIR = $(PREFIX)/lib/gradus
DATADIR = $(PREFIX)/share/gradus
MANDIR = $(PREFIX)/share/man
DOCDIR = $(PREFIX)/share/doc/gradus
INSTALL = install
VERSION = $(shell git describe --tags --always 2>/dev/null || cat VERSION 2>/dev/null || echo 0)

# the tools of a person stand in PATH; what a supervisor starts does not
TOOL_BIN = $(filter $(BIN)/gradus $(BIN)/gradus-verify $(BIN)/gradus-sealer,$(PROGRAMS))
SERVICE_BIN = $(filter-out $(TOOL_BIN),$(PROGRAMS))

# $(call tree,FROM,TO): the files below a folder, 0644, with their folders
tree = if [ -d $(1) ]; then (cd $(1) && find . -type f ! -name '.*' ! -name '*.po' ! -name '*.sh') | while read -r f; do \
	$(INSTALL) -D -m 0644 "$(1)/$$f" "$(DESTDIR)$(2)/$$f"; done; fi

# the program itself knows its settings
build/gradus.conf.example: $(BIN)/gradus
	@$< conf >$@

install: all static build/gradus.conf.example
	@for p in $(TOOL_BIN); do $(INSTALL) -D -m 0755 $$p "$(DESTDIR)$(PREFIX)/bin/$${p##*/}"; done
	@for p in $(SERVICE_BIN); do $(INSTALL) -D -m 0755 $$p "$(DESTDIR)$(LIBEXECDIR)/$${p##*/}"; done
	@$(call tree,templates,$(DATADIR)/templates)
	@$(call tree,schema,$(DATADIR)/schema)
	@$(call tree,workflows,$(DATADIR)/workflows)
	@$(call tree,build/static,$(DATADIR)/static)
	@$(call tree,build/lang,$(DATADIR)/lang)
	@$(call tree,conf,$(DATADIR)/conf)
	@$(INSTALL) -D -m 0644 $(GEN)/routes.txt "$(DESTDIR)$(DATADIR)/routes.txt"
	@$(INSTALL) -d "$(DESTDIR)$(SYSCONFDIR)/gradus"
	@$(INSTALL) -m 0644 build/gradus.conf.example "$(DESTDIR)$(SYSCONFDIR)/gradus/gradus.conf.example"
	@for m in docs/man/*.[1-8]; do [ ! -f "$$m" ] || \
	    $(INSTALL) -D -m 0644 $$m "$(DESTDIR)$(MANDIR)/man$${m##*.}/$${m##*/}"; done
	@$(call tree,docs/img,$(DOCDIR)/docs/img)
	@for d in LICENSE NOTICE README.md CHANGELOG.md docs/*.md; do [ ! -f "$$d" ] || \
	    $(INSTALL) -D -m 0644 $$d "$(DESTDIR)$(DOCDIR)/$${d##*/}"; done

dist:
	@mkdir -p build
	@git archive --format=tar --prefix=gradus-$(VERSION)/ HEAD | xz -9e >build/gradus-$(VERSION).tar.xz
	@echo build/gradus-$(VERSION).tar.xz
.PHONY: install dist
