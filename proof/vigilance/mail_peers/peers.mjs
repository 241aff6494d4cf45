// peers.mjs MAIL_PEER [MESSAGES]: every comparison; prints one line each and what differs; fails when anything does.
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { arcCases } from "./arc_cases.mjs";
import { arcSuite } from "./arc_suite.mjs";
import { signaturePeers } from "./signature_peers.mjs";
import { spfSuite } from "./spf_suite.mjs";

const [peer, messages = "100"] = process.argv.slice(2);
let failed = false;
function report(what, figures, wrong) {
  console.log(`${what}: ${figures}, ${wrong.length} differ`);
  for (const text of wrong.slice(0, 20)) console.log(`  ${text}`);
  failed ||= wrong.length > 0;
}

const suite = dirname(createRequire(import.meta.url).resolve("mailauth-with-suite/package.json"));
const spf = spfSuite(peer, join(suite, "test/fixtures/spf/rfc7208-tests.yml"));
report("SPF, public suite of RFC 7208", `${spf.cases} cases`, spf.wrong);

const arc = arcCases(peer);
report("ARC, cases of RFC 8617", `${arc.cases} cases`, arc.wrong);
if (process.env.CARNET_ARC_SUITE) {
  const theirs = arcSuite(peer, process.env.CARNET_ARC_SUITE);
  report("ARC, public suite", `${theirs.cases} cases`, theirs.wrong);
} else {
  console.log("ARC, public suite: skipped; CARNET_ARC_SUITE does not name its arc-draft-validation-tests.yml");
}

const { tally, wrong } = await signaturePeers(peer, Number(messages));
report("DKIM and ARC against mailauth, both ways", Object.entries(tally).map(([name, count]) => `${name} ${count}`).join(", "), wrong);
process.exit(failed ? 1 : 0);
