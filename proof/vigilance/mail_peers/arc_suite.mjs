// The public ARC test suite (its validation half), where its file is at hand: CARNET_ARC_SUITE names it. It cannot be
// had from the registries this project builds from.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import { zoneFile } from "./suite_zone.mjs";

// Written against drafts; where RFC 8617 and RFC 8301 say otherwise, they are followed.
const overruled = {
  cv_fail_i1_as_cv_fail: "fail", // RFC 8617, section 5.2, step 2; the suite expects nothing at all
  cv_fail_i2_as2_fail: "fail",
  cv_fail_i2_as1_fail: "fail",
  ams_fields_a_sha1: "fail", // RFC 8301, section 3.1: rsa-sha1 must not be used
  as_fields_a_sha1: "fail",
};

export function arcSuite(peer, file) {
  const work = mkdtempSync(join(tmpdir(), "carnet_arc_"));
  let cases = 0;
  const wrong = [];
  try {
    for (const document of parseAllDocuments(readFileSync(file, "utf8"), { uniqueKeys: false })) {
      const scenario = document.toJS();
      if (!scenario?.tests) continue;
      const zone = Object.fromEntries(Object.entries(scenario["txt-records"] ?? {}).map(([name, text]) => [name, [{ TXT: text }]]));
      writeFileSync(join(work, "zone"), zoneFile(zone).text);
      for (const [name, test] of Object.entries(scenario.tests)) {
        ++cases;
        writeFileSync(join(work, "message"), test.message ?? "");
        const seen = JSON.parse(execFileSync(peer, ["verify", join(work, "zone"), "1500000000", join(work, "message")], { encoding: "utf8" }));
        const expected = overruled[name] ?? String(test.cv || "none").toLowerCase();
        if (seen.arc !== expected) wrong.push(`${name}: ${seen.arc} (${seen.arc_reason}), not ${expected}`);
      }
    }
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return { cases, wrong };
}
