# Gradus: one non-recursive makefile (GNU make). `make help` lists the targets.
#
#   make            all programs with release flags into build/bin/
#   make SAN=1      the same under ASan and UBSan into build/asan/
#   make FAULT=1    the same with fault points into build/fault/
#   make CC=clang   with the other compiler (use a build folder of its own: make CC=clang B=build/clang)

SHELL = /bin/sh
MAKEFLAGS += --no-builtin-rules
.SUFFIXES:
.DELETE_ON_ERROR:

CC = gcc
CLANG = clang
AWK = awk
PREFIX = /usr
DESTDIR =

ifdef SAN
B = build/asan
BIN = build/asan
OPT = -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
LDOPT = -fsanitize=address,undefined
else ifdef FAULT
B = build/fault
BIN = build/fault
OPT = -O1 -g -DGRADUS_FAULT
else
B = build/rel
BIN = build/bin
OPT = -O2 -g -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fstack-clash-protection -fcf-protection=full
LDOPT = -Wl,-z,relro,-z,now,-z,noexecstack
endif
GEN = build/gen

LAYERS := base db dir audit net model run flow desk web
# link order: users before the used
LINK_LAYERS := web desk flow run model net audit dir db base

PKG_CFLAGS := $(shell pkg-config --cflags libxml-2.0 libmariadb 2>/dev/null)
WARN = -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wformat=2 -Wvla -Wundef -Wcast-qual -Wswitch-enum \
       -Wno-unused-parameter -Wno-missing-field-initializers -Werror
CPPFLAGS = -D_GNU_SOURCE -Iengine -I$(GEN) $(PKG_CFLAGS)
CFLAGS = -std=c17 $(OPT) $(WARN) -fPIE -MMD -MP
LDFLAGS = -pie $(LDOPT)

LIBS_base = -lcrypto
LIBS_db = -lmariadb
LIBS_dir = -lldap -llber
LIBS_model = -lxml2 -lpcre2-8 -lbidgcc000 -lm
LIBS_web = -lfcgi -lneo_cs -lneo_utl
LIBS_all = $(foreach l,$(LINK_LAYERS),$(LIBS_$(l)))

src_of = $(wildcard engine/$(1)/*.c engine/$(1)/*/*.c)
sql_of = $(wildcard engine/$(1)/*.sql)
obj_of = $(patsubst %.c,$(B)/obj/%.o,$(call src_of,$(1))) $(patsubst engine/%.sql,$(B)/obj/gen/%.sql.o,$(call sql_of,$(1)))

ALL_SQL := $(foreach l,$(LAYERS),$(call sql_of,$(l)))
GEN_H := $(patsubst engine/%.sql,$(GEN)/%.sql.h,$(ALL_SQL))
# Only these are kept as secondary: an object counted so would not be made while its library looks newer than its source.
.SECONDARY: $(GEN_H:.h=.c)
LIBS := $(foreach l,$(LAYERS),$(if $(strip $(call obj_of,$(l))),$(B)/lib$(l).a))
LINK_LIBS := $(foreach l,$(LINK_LAYERS),$(if $(strip $(call obj_of,$(l))),$(B)/lib$(l).a))

CGI := $(notdir $(patsubst %/main.c,%,$(wildcard cgi-bin/*/main.c)))
TOOLS := $(notdir $(patsubst %/main.c,%,$(wildcard bin/*/main.c)))
# bin/gradus -> gradus, bin/verify -> gradus-verify, ...
tool_name = $(if $(filter gradus,$(1)),gradus,gradus-$(1))
PROGRAMS := $(foreach c,$(CGI),$(BIN)/gradus-$(c).fcgi) $(foreach t,$(TOOLS),$(BIN)/$(call tool_name,$(t)))

all: $(PROGRAMS)
.PHONY: all

# ---- generated statement wrappers ----
$(GEN)/%.sql.h $(GEN)/%.sql.c &: engine/%.sql tools/mksql.awk
	@mkdir -p $(dir $(GEN)/$*)
	@$(AWK) -f tools/mksql.awk -v file=$< -v out=$(GEN)/$*.sql $<
$(GEN)/stmt_all.c: $(ALL_SQL) tools/mksql.awk
	@mkdir -p $(GEN)
	@$(AWK) -f tools/mksql.awk -v all=$@ $(ALL_SQL) </dev/null

# ---- objects and libraries ----
$(B)/obj/%.o: %.c | $(GEN_H)
	@mkdir -p $(dir $@)
	@echo "  CC $<"
	@$(CC) $(CPPFLAGS) $(CFLAGS) -c $< -o $@
$(B)/obj/gen/%.o: $(GEN)/%.c | $(GEN_H)
	@mkdir -p $(dir $@)
	@$(CC) $(CPPFLAGS) $(CFLAGS) -c $< -o $@
define lib_rule
$(B)/lib$(1).a: $(call obj_of,$(1))
	@rm -f $$@
	@ar rcs $$@ $$^
endef
$(foreach l,$(LAYERS),$(eval $(call lib_rule,$(l))))

# ---- programs ----
define cgi_rule
$(BIN)/gradus-$(1).fcgi: $(patsubst %.c,$(B)/obj/%.o,$(wildcard cgi-bin/$(1)/*.c)) $(LIBS) $(B)/obj/gen/stmt_all.o
	@mkdir -p $(BIN)
	@echo "  LD $$@"
	@$(CC) $(LDFLAGS) -o $$@ $(patsubst %.c,$(B)/obj/%.o,$(wildcard cgi-bin/$(1)/*.c)) $(B)/obj/gen/stmt_all.o $(LINK_LIBS) $(LIBS_all)
endef
$(foreach c,$(CGI),$(eval $(call cgi_rule,$(c))))
define tool_rule
$(BIN)/$(call tool_name,$(1)): $(patsubst %.c,$(B)/obj/%.o,$(wildcard bin/$(1)/*.c)) $(LIBS) $(B)/obj/gen/stmt_all.o
	@mkdir -p $(BIN)
	@echo "  LD $$@"
	@$(CC) $(LDFLAGS) -o $$@ $(patsubst %.c,$(B)/obj/%.o,$(wildcard bin/$(1)/*.c)) $(B)/obj/gen/stmt_all.o $(LINK_LIBS) $(LIBS_all)
endef
$(foreach t,$(TOOLS),$(eval $(call tool_rule,$(t))))

# ---- unit tests: tests/unit/<layer>/test_<file>.c, one program each, cmocka ----
UNIT_SRC := $(wildcard tests/unit/*/test_*.c)
UNIT_BIN := $(patsubst tests/unit/%.c,$(B)/unit/%,$(UNIT_SRC))
$(B)/unit/%: tests/unit/%.c $(LIBS) $(B)/obj/gen/stmt_all.o
	@mkdir -p $(dir $@)
	@echo "  UNIT $*"
	@$(CC) $(CPPFLAGS) -Itests $(CFLAGS) -Wno-missing-prototypes $(LDFLAGS) -o $@ $< $(B)/obj/gen/stmt_all.o $(LINK_LIBS) $(LIBS_all) -lcmocka
unit-build: $(UNIT_BIN)
.PHONY: unit-build

# ---- everything else stands in small files of its own ----
-include $(wildcard tools/make/*.mk)

-include $(shell find $(B)/obj $(B)/unit -name '*.d' 2>/dev/null)

clean:
	rm -rf build
.PHONY: clean

help:
	@sed -n 's/^#   //p' Makefile tools/make/*.mk
.PHONY: help
