# The four commands of the house; the work is in setup/, CMake, npm and ctest.
.PHONY: run test bench clean
run:
	@setup/run.sh
test:
	@setup/test.sh
bench:
	@setup/bench.sh
clean: # what was built or fetched; never var/, which holds data
	@rm -rf build .node web/dist web/node_modules
