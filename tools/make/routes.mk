ROUTE_SRC := $(wildcard cgi-bin/*/*.c)
$(GEN)/routes.txt: $(ROUTE_SRC) tools/routes.awk
	@mkdir -p $(GEN)
	@$(AWK) -f tools/routes.awk $(ROUTE_SRC) >$@
all: $(if $(ROUTE_SRC),$(GEN)/routes.txt)
