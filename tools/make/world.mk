#   make worlds      random models under random acts, WORLD_SEEDS of them (40000: millions of steps), on the pure stage

WORLD_SEEDS = 40000
worlds: $(B)/unit/run/test_world
	@WORLD_SEEDS=$(WORLD_SEEDS) $(B)/unit/run/test_world
.PHONY: worlds
