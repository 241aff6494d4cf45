// The public test suite of RFC 7208 against our SPF: every case, and a result the case allows.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import { zoneFile } from "./suite_zone.mjs";

export function spfSuite(peer, file) {
  const work = mkdtempSync(join(tmpdir(), "carnet_spf_"));
  let cases = 0;
  const wrong = [];
  try {
    for (const document of parseAllDocuments(readFileSync(file, "utf8"), { uniqueKeys: false })) {
      const scenario = document.toJS();
      if (!scenario?.tests) continue;
      const { text, failing } = zoneFile(scenario.zonedata);
      const zone = join(work, "zone");
      writeFileSync(zone, text);
      const tests = Object.entries(scenario.tests);
      const input = tests.map(([, test]) => `${test.host}\t${test.helo ?? ""}\t${test.mailfrom ?? ""}\n`).join("");
      const results = execFileSync(peer, ["spf", zone, failing.join(",") || "-"], { input, encoding: "utf8" }).trimEnd().split("\n");
      tests.forEach(([name, test], i) => {
        ++cases;
        const allowed = [test.result].flat();
        if (!allowed.includes(results[i])) wrong.push(`${scenario.description} / ${name}: ${results[i]}, not ${allowed}`);
      });
    }
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return { cases, wrong };
}
