# The commands of the house; the work is in setup/, CMake, npm and ctest.
.PHONY: run test bench clean proof-access proof-worlds proof-worlds-browser proof-timing proof-races proof-kill proof-kill-reads proof-lives proof-browser proof-fhir proof-corpora proof-threads fuzz
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
READ_CYCLES ?= 1000
RACES ?= 1000
RECORDS ?= 10000
PAGES ?= 50
LIVES ?= 100000
SECONDS ?= 600
THREAD_SECONDS ?= 5
proof-kill: # kill -9 under load, CYCLES times
	@setup/install.sh run && setup/build.sh kill_cycles carnetd carnet-sandbox && build/release/proof/faults/kill_cycles $(CYCLES)
proof-lives: # LIVES simulated lives, engine against oracle
	@setup/install.sh test && setup/build.sh proof_lives && build/release/bin/proof_lives $(LIVES)
proof-kill-reads: # kill -9 under readers, READ_CYCLES times: no answer without its trace
	@setup/install.sh run && setup/build.sh kill_reads carnetd carnet-sandbox && build/release/proof/faults/kill_reads $(READ_CYCLES)
proof-races: # reading against revocation, RACES times
	@setup/install.sh test && setup/build.sh revocation_races carnet-sandbox && build/release/proof/faults/revocation_races $(RACES)
proof-worlds: # two services that differ by one hidden item, RECORDS random records: the same bytes for who may not see it
	@setup/install.sh test && setup/build.sh proof_worlds carnet-sandbox && build/release/bin/proof_worlds $(RECORDS)
proof-worlds-browser: # the same in real Chromium: the pages of PAGES random records, as those who may not see the item open them
	@setup/install.sh test && setup/web.sh && setup/build.sh worlds_pages carnet-sandbox && .node/bin/node proof/worlds/pages.mjs $(PAGES)
proof-timing: # and the same mean times of answer
	@setup/install.sh test && setup/build.sh worlds_timing carnet-sandbox && build/release/bin/worlds_timing
proof-access: # every cell of the access grid, engine against an independent judge; two worlds; the log of accesses, tampered with; the auditor
	@setup/install.sh test && setup/build.sh access_grid proof_worlds seals_tampering seals_public_log auditor_test carnet-sandbox && RECORDS=$(RECORDS) setup/prove_access.sh
proof-browser: # the story in real Chromium, at 390 and 1280 px, on the real server
	@setup/install.sh test && setup/web.sh && setup/build.sh carnetd carnet carnet-sandbox && .node/bin/node proof/browser/story.mjs
proof-fhir: # real FHIR clients and the official examples, on the real server
	@setup/install.sh test && setup/build.sh carnetd carnet-sandbox && proof/conformance/fetch.sh && proof/conformance/server/fetch.sh && proof/conformance/server/fetch.sh fhirclient && .node/bin/node proof/conformance/server/proof.mjs
proof-corpora: # the examples of other implementation guides, on the real server
	@setup/install.sh test && setup/build.sh carnetd carnet-sandbox && proof/conformance/fetch.sh && proof/conformance/server/corpora.sh && .node/bin/node proof/conformance/server/corpora.mjs
proof-threads: # the thread sanitizer over the suites where threads meet and the server under load, THREAD_SECONDS a load
	@setup/threads.sh $(THREAD_SECONDS)
fuzz: # every fuzzer, SECONDS each
	@setup/fuzz.sh $(SECONDS)
