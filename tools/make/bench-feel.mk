#   make bench-feel  FEEL and decision tables, beside feelin in the same run (bench/feel/README.md)
bench-feel: all
	@python3 bench/feel/run.py $(BIN)/gradus
.PHONY: bench-feel
