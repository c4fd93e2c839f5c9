#   make man         rewrites docs/man/gradus.conf.5 from engine/conf.def (review the diff)
man: engine/conf.def tools/mkman.awk
	@$(AWK) -f tools/mkman.awk engine/conf.def >docs/man/gradus.conf.5
.PHONY: man
