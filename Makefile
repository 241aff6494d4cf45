# The commands of the house; the work is in setup/, CMake, npm and ctest.
.PHONY: run test bench clean proof-access proof-kill proof-lives proof-browser proof-fhir fuzz
run:
	@setup/run.sh
test:
	@setup/test.sh
bench:
	@setup/bench.sh
clean: # what was built or fetched; never var/, which holds data
	@rm -rf build .node web/dist web/node_modules

# The long proofs; a short form of each is in `make test`.
CYCLES ?= 100
LIVES ?= 100000
SECONDS ?= 600
proof-kill: # kill -9 under load, CYCLES times
	@setup/install.sh run && setup/build.sh kill_cycles carnetd carnet-sandbox && build/release/proof/faults/kill_cycles $(CYCLES)
proof-lives: # LIVES simulated lives, engine against oracle
	@setup/install.sh test && setup/build.sh proof_lives && build/release/bin/proof_lives $(LIVES)
proof-access: # every cell of the access grid, engine against an independent judge; the log of accesses, tampered with
	@setup/install.sh test && setup/build.sh access_grid seals_tampering && build/release/proof/access/access_grid && build/release/proof/seals/seals_tampering
proof-browser: # the story in real Chromium, at 390 and 1280 px, on the real server
	@setup/install.sh test && setup/web.sh && setup/build.sh carnetd carnet carnet-sandbox && .node/bin/node proof/browser/story.mjs
proof-fhir: # real FHIR clients and the official examples, on the real server
	@setup/install.sh test && setup/build.sh carnetd carnet-sandbox && proof/conformance/fetch.sh && proof/conformance/server/fetch.sh && proof/conformance/server/fetch.sh fhirclient && .node/bin/node proof/conformance/server/proof.mjs
fuzz: # every fuzzer, SECONDS each
	@setup/fuzz.sh $(SECONDS)
