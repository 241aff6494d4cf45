// The cases of ARC that its public suite tries, made here with keys of our own: a chain is sealed rightly, then one thing
// about it is wrong, before or after it is sealed. What must come out is RFC 8617's, by its section 5.2.
import { createHash, generateKeyPairSync, sign } from "node:crypto";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const headers = ["From: Anne <anne@d1.example.org>", "To: arc@example.org", "Subject: Example 1", "Date: Thu, 14 Jan 2015 15:00:01 -0800", "MIME-Version: 1.0"];
const body = "Hey gang,\r\nThis is a test message.\r\n--J.\r\n";

const relaxed = (field) => {
  const colon = field.indexOf(":");
  return field.slice(0, colon).trim().toLowerCase() + ":" + field.slice(colon + 1).replace(/\r\n/g, "").replace(/[ \t]+/g, " ").trim();
};
const bodyHash = createHash("sha256").update(body).digest("base64");

/// Adds one set on top of `chain` (a list of sets, each {aar, ams, seal}). `change` may alter what is about to be signed.
function seal(chain, key, change = {}) {
  const i = chain.length + 1;
  const tags = (list) => list.filter(([, value]) => value !== undefined).map(([name, value]) => `${name}=${value}`).join("; ");
  const aar = change.aar ?? `ARC-Authentication-Results: i=${i}; lists.example.org; spf=pass smtp.mfrom=jqd@d1.example`;
  const h = change.h ?? "from:to:date:subject:mime-version";
  const list = { a: "rsa-sha256", i, d: "example.org", s: "dummy", t: 12344 + i, c: "relaxed/relaxed", h, bh: bodyHash, ...change.ams };
  let ams = `ARC-Message-Signature: ${tags(Object.entries(list))}; b=`;
  const simple = String(list.c ?? "").startsWith("simple");
  const signed = h.split(":").map((name) => headers.find((field) => field.toLowerCase().startsWith(name.trim().toLowerCase() + ":"))).filter(Boolean);
  const form = (field) => (simple ? field : relaxed(field));
  ams += sign("sha256", Buffer.from(signed.map((field) => form(field) + "\r\n").join("") + form(ams + (change.ams_end ?? ""))), key).toString("base64") + (change.ams_end ?? "");
  const seals = { a: "rsa-sha256", i, cv: i === 1 ? "none" : "pass", d: "example.org", s: "dummy", t: 12344 + i, ...change.seal };
  let field = `ARC-Seal: ${change.seal_text ?? ""}${tags(Object.entries(seals))}; b=`;
  const covered = chain.flatMap((set) => [set.aar, set.ams, set.seal]).concat([aar, ams]);
  field += sign("sha256", Buffer.from(covered.map((text) => relaxed(text) + "\r\n").join("") + relaxed(field + (change.seal_end ?? ""))), key).toString("base64") + (change.seal_end ?? "");
  return [...chain, { aar, ams, seal: field }];
}

const text = (chain, fields = headers, content = body) =>
  [...chain.toReversed().flatMap((set) => [set.seal, set.ams, set.aar]), ...fields].filter((field) => field !== "").join("\r\n") + "\r\n\r\n" + content;

export function arcCases(peer) {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const zone = `dummy._domainkey.example.org. TXT "v=DKIM1; k=rsa; p=" "${publicKey.export({ type: "spki", format: "der" }).toString("base64").match(/.{1,200}/g).join('" "')}"\n`;
  const one = (change) => seal([], privateKey, change);
  const two = (first, second) => seal(one(first), privateKey, second);
  const three = (changes = []) => seal(two(changes[0], changes[1]), privateKey, changes[2]);
  const with1 = (patch) => { const chain = one(); Object.assign(chain[0], patch(chain[0])); return chain; };
  const flip = (field) => field.replace(/ b=(.)/, (all, c) => ` b=${c === "A" ? "B" : "A"}`);
  const cases = {
    no_chain: ["none", []],
    pass_i1: ["pass", one()],
    pass_i2: ["pass", two()],
    pass_i3: ["pass", three()],
    ams1_broken_but_newer_holds: ["pass", seal(with1((s) => s).map((s) => s), privateKey)],
    seal_cv_fail_i1: ["fail", one({ seal: { cv: "fail" } })],
    seal_cv_fail_i2: ["fail", two({}, { seal: { cv: "fail" } })],
    older_cv_fail: ["fail", two({ seal: { cv: "fail" } }, {})],
    cv_pass_i1: ["fail", one({ seal: { cv: "pass" } })],
    cv_none_i2: ["fail", two({}, { seal: { cv: "none" } })],
    cv_missing: ["fail", one({ seal: { cv: undefined } })],
    cv_empty: ["fail", one({ seal: { cv: "" } })],
    cv_invalid: ["fail", one({ seal: { cv: ":)" } })],
    cv_upper_case: ["pass", one({ seal: { cv: "None" } })],
    seal_missing: ["fail", with1(() => ({ seal: "" }))],
    ams_missing: ["fail", with1(() => ({ ams: "" }))],
    aar_missing: ["fail", with1(() => ({ aar: "" }))],
    first_set_missing: ["fail", two().slice(1)],
    seal_twice: ["fail", [...one(), { aar: "", ams: "", seal: one()[0].seal }]],
    ams_twice: ["fail", [...one(), { aar: "", ams: one()[0].ams, seal: "" }]],
    aar_twice: ["fail", [...one(), { aar: one()[0].aar, ams: "", seal: "" }]],
    aar_no_instance: ["fail", one({ aar: "ARC-Authentication-Results: lists.example.org; spf=pass" })],
    aar_instance_not_first: ["fail", one({ aar: "ARC-Authentication-Results: lists.example.org; i=1; spf=pass" })],
    aar_wrong_instance: ["fail", one({ aar: "ARC-Authentication-Results: i=2; lists.example.org; spf=pass" })],
    aar_no_semicolon: ["fail", one({ aar: "ARC-Authentication-Results: i=1 lists.example.org" })],
    aar_changed: ["fail", with1((s) => ({ aar: s.aar.replace("spf=pass", "spf=fail") }))],
    ams_changed: ["fail", with1((s) => ({ ams: s.ams.replace("t=12345", "t=12346") }))],
    seal_changed: ["fail", with1((s) => ({ seal: s.seal.replace("t=12345", "t=12346") }))],
    seal_signature_changed: ["fail", with1((s) => ({ seal: flip(s.seal) }))],
    ams_signature_changed: ["fail", with1((s) => ({ ams: flip(s.ams) }))],
    seal_instance_0: ["fail", one({ seal: { i: 0 } })],
    seal_instance_51: ["fail", one({ seal: { i: 51 } })],
    seal_instance_word: ["fail", one({ seal: { i: "one" } })],
    seal_instance_missing: ["fail", one({ seal: { i: undefined } })],
    seal_h: ["fail", one({ seal: { h: "from" } })],
    seal_unknown_tag: ["pass", one({ seal: { w: "catparty" } })],
    seal_bad_tag_name: ["fail", one({ seal: { _: "x" } })],
    seal_tag_twice: ["fail", one({ seal_text: "s=dummy; " })],
    seal_upper_case_tag: ["fail", one({ seal: { s: undefined, S: "dummy" } })],
    seal_two_semicolons: ["fail", one({ seal_text: "; " })],
    seal_trailing_semicolon: ["pass", one({ seal_end: ";" })],
    seal_algorithm_missing: ["fail", one({ seal: { a: undefined } })],
    seal_algorithm_empty: ["fail", one({ seal: { a: "" } })],
    seal_algorithm_unknown: ["fail", one({ seal: { a: "rsa-poptart" } })],
    seal_domain_missing: ["fail", one({ seal: { d: undefined } })],
    seal_domain_other: ["fail", one({ seal: { d: "example.net" } })],
    seal_selector_missing: ["fail", one({ seal: { s: undefined } })],
    seal_selector_absent: ["fail", one({ seal: { s: "absent" } })],
    seal_no_time: ["pass", one({ seal: { t: undefined } })],
    ams_no_time: ["pass", one({ ams: { t: undefined } })],
    ams_no_canonicalization: ["pass", one({ ams: { c: undefined } })],
    ams_simple_relaxed: ["pass", one({ ams: { c: "simple/relaxed" } })],
    ams_simple_simple: ["pass", one({ ams: { c: "simple/simple" } })],
    ams_unknown_canonicalization: ["fail", one({ ams: { c: "unknown" } })],
    ams_signs_seal: ["fail", one({ h: "from:arc-seal" })],
    ams_empty_h: ["pass", one({ h: "" })],
    ams_h_absent_field: ["pass", one({ h: "from:x-not-there" })],
    ams_h_upper_case: ["pass", one({ h: "FROM:Subject" })],
    ams_no_h: ["fail", one({ ams: { h: undefined } })],
    ams_no_body_hash: ["fail", one({ ams: { bh: undefined } })],
    ams_empty_body_hash: ["fail", one({ ams: { bh: "" } })],
    ams_algorithm_unknown: ["fail", one({ ams: { a: "rsa-poptart" } })],
    ams_selector_absent: ["fail", one({ ams: { s: "absent" } })],
    ams_two_semicolons: ["fail", one({ ams_end: ";;" })],
    ams_trailing_semicolon: ["pass", one({ ams_end: ";" })],
    body_changed: ["fail", one(), headers, body + "more\r\n"],
    signed_header_changed: ["fail", one(), headers.map((field) => field.replace("Example 1", "Example 2"))],
  };
  const work = mkdtempSync(join(tmpdir(), "carnet_arc_"));
  const wrong = [];
  try {
    writeFileSync(join(work, "zone"), zone);
    for (const [name, [, chain, fields, content]] of Object.entries(cases)) writeFileSync(join(work, name), text(chain, fields, content));
    const files = Object.keys(cases).map((name) => join(work, name));
    const results = execFileSync(peer, ["verify", join(work, "zone"), "1500000000", ...files], { encoding: "utf8" }).trimEnd().split("\n");
    Object.entries(cases).forEach(([name, [expected]], i) => {
      const seen = JSON.parse(results[i]);
      if (seen.arc !== expected) wrong.push(`${name}: ${seen.arc} (${seen.arc_reason}), not ${expected}`);
    });
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return { cases: Object.keys(cases).length, wrong };
}
