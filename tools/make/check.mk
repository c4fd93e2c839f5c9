#   make check-fast  lint, unit tests under ASan+UBSan, fuzz corpora, views, scenarios: no server, the edit loop
#   make check       installs what tests need, then everything, in gcc and clang, with servers and browser
#   make lint        the house rules alone (tools/lint/)
#   make fuzz        libFuzzer, FUZZ_SECONDS each (60)
#   make faults      the long fault rounds
#   make tidy        clang-tidy, cppcheck, gcc -fanalyzer; make fmt: clang-format in place

C_FILES = $(shell git ls-files '*.c' '*.h')
JOBS ?= $(shell nproc)

check:
	@if [ -x tools/packages.sh ]; then tools/packages.sh check; fi
	@tests/run.sh build lint unit fuzz view scenario clang sql system hostile browser fault
check-fast:
	@tests/run.sh fastbuild lint unit fuzz view scenario
lint:
	@tests/run.sh fastbuild lint
libs: $(LIBS)
.PHONY: check check-fast lint libs

# ---- fuzz targets: tests/fuzz/<name>.c defines LLVMFuzzerTestOneInput; corpus in tests/fuzz/corpus/<name>/ ----
FUZZ_SECONDS = 60
FUZZ_SRC := $(wildcard tests/fuzz/*.c)
FUZZ_BIN := $(patsubst tests/fuzz/%.c,$(B)/fuzz/%,$(FUZZ_SRC))
ifdef LIBFUZZER
FUZZ_MAIN =
FUZZ_LD = -fsanitize=fuzzer,address,undefined
else
FUZZ_MAIN = tests/fuzz/replay/main.c
FUZZ_LD =
endif
$(B)/fuzz/%: tests/fuzz/%.c $(FUZZ_MAIN) $(LIBS) $(B)/obj/gen/stmt_all.o
	@mkdir -p $(dir $@)
	@echo "  FUZZ $*"
	@$(CC) $(CPPFLAGS) -Itests $(filter-out -MMD -MP,$(CFLAGS)) -Wno-missing-prototypes $(LDFLAGS) $(FUZZ_LD) -o $@ $< $(FUZZ_MAIN) \
	    $(B)/obj/gen/stmt_all.o $(LINK_LIBS) $(LIBS_all)
fuzz-build: $(FUZZ_BIN)
fuzz:
	@$(MAKE) --no-print-directory -j$(JOBS) CC=clang LIBFUZZER=1 B=build/libfuzzer BIN=build/libfuzzer/bin fuzz-build \
	    OPT="-O1 -g -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer" \
	    LDOPT="-fsanitize=address,undefined"
	@FUZZ_SECONDS=$(FUZZ_SECONDS) tests/fuzz/run.sh
.PHONY: fuzz-build fuzz

faults:
	@FAULT_ROUND=long SUITE_TIME=7200 tests/run.sh build fault
bench: all
	@bench/run.sh
.PHONY: faults bench

# ---- analysis: three tools, each prints its findings; `make -k tidy` runs all three whatever they find ----
# Not asked: the value of snprintf (cut text is meant), char arithmetic on bytes, widening of small products, two values of one type.
TIDY_CHECKS = -*,bugprone-*,cert-*,clang-analyzer-*,-bugprone-easily-swappable-parameters,-bugprone-branch-clone,$\
-bugprone-assignment-in-if-condition,-bugprone-narrowing-conversions,-bugprone-implicit-widening-of-multiplication-result,$\
-bugprone-macro-parentheses,-bugprone-sizeof-expression,-bugprone-reserved-identifier,-cert-dcl37-c,-cert-dcl51-cpp,-cert-err33-c,$\
-cert-err34-c,-clang-analyzer-security.insecureAPI.DeprecatedOrUnsafeBufferHandling,-clang-analyzer-valist.Uninitialized
tidy: tidy-clang tidy-cppcheck tidy-gcc
tidy-clang: $(GEN_H)
	@git ls-files 'engine/*.c' 'cgi-bin/*.c' 'bin/*.c' | xargs -P $(JOBS) -n 4 sh -c \
	    'clang-tidy --quiet --warnings-as-errors="*" --checks="$(TIDY_CHECKS)" "$$@" -- $(CPPFLAGS) -isystem /usr/include/ClearSilver -std=c17 \
	     2>/dev/null' sh
tidy-cppcheck: $(GEN_H)
	@cppcheck --quiet --std=c11 --enable=warning,portability,performance --inline-suppr --suppress=missingIncludeSystem \
	    --error-exitcode=1 -j $(JOBS) -D_GNU_SOURCE -Iengine -I$(GEN) engine cgi-bin bin
tidy-gcc:
	@$(MAKE) --no-print-directory -j$(JOBS) B=build/analyzer BIN=build/analyzer/bin OPT="-O1 -g -fanalyzer -Wno-error" libs
.PHONY: tidy tidy-clang tidy-cppcheck tidy-gcc
fmt:
	@clang-format -i $(C_FILES)
.PHONY: fmt
