// DKIM and ARC between this service and mailauth, both ways: what one signs the other accepts, and of whatever is then
// changed both say the same.
import { execFileSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { authenticate } from "mailauth";
import { dkimSign } from "mailauth/lib/dkim/sign.js";
import { changed, message, random } from "./corpus.mjs";

const now = 1_795_000_000;

function keys() {
  const rsa = (bits) => generateKeyPairSync("rsa", { modulusLength: bits });
  const made = { r1: rsa(1024), r2: rsa(2048), e1: generateKeyPairSync("ed25519") };
  const records = {};
  const pem = {};
  for (const [selector, pair] of Object.entries(made)) {
    const der = pair.publicKey.export({ type: "spki", format: "der" });
    const p = (selector === "e1" ? der.subarray(12) : der).toString("base64");
    records[`${selector}._domainkey.example.com`] = `v=DKIM1; k=${selector === "e1" ? "ed25519" : "rsa"}; p=${p}`;
    pem[selector] = pair.privateKey.export({ type: "pkcs8", format: "pem" });
  }
  records["none._domainkey.example.com"] = "v=DKIM1; k=rsa; p=";
  records["_dmarc.example.com"] = "v=DMARC1; p=reject";
  return { records, pem };
}

const resolverOf = (records) => async (name, type) => {
  if (type === "TXT" && records[name.toLowerCase()]) return [[records[name.toLowerCase()]]];
  throw Object.assign(new Error("no such name"), { code: "ENOTFOUND" });
};

const zoneOf = (records) =>
  Object.entries(records)
    .map(([name, text]) => `${name}. TXT ${text.match(/.{1,200}/g).map((part) => `"${part}"`).join(" ")}\n`)
    .join("");

async function signed(r, raw, pem) {
  const selector = r.pick(["r1", "r2", "e1"]);
  const { signatures, errors } = await dkimSign(raw, {
    canonicalization: r.pick(["relaxed/relaxed", "relaxed/simple", "simple/simple", "simple/relaxed"]),
    signTime: new Date(now * 1000),
    signatureData: [{ signingDomain: "example.com", selector, privateKey: pem[selector] }],
  });
  if (errors.length) throw errors[0].err ?? errors[0];
  return Buffer.concat([Buffer.from(signatures), raw]);
}

async function sealed(r, raw, pem, resolver) {
  let out = raw;
  for (let hops = 1 + r.below(3); hops > 0; --hops) {
    const seal = { signingDomain: "example.com", selector: "r2", privateKey: pem.r2, signTime: new Date(now * 1000) };
    const seen = await authenticate(out, { ip: "192.0.2.1", helo: "a.example", sender: "", mta: "mx.example.com", resolver, disableBimi: true, seal });
    out = Buffer.concat([Buffer.from(seen.headers), out]);
  }
  return out;
}

async function theirs(raw, resolver) {
  const seen = await authenticate(raw, { ip: "192.0.2.1", helo: "a.example", sender: "", mta: "mx.example.com", resolver, disableBimi: true, minBitLength: 1024 });
  const results = (seen.dkim?.results ?? []).filter((result) => result.signingDomain);
  return { dkim: results.map((result) => result.status.result), arc: seen.arc?.status?.result ?? "none" };
}

export async function signaturePeers(peer, count) {
  const work = mkdtempSync(join(tmpdir(), "carnet_peers_"));
  const { records, pem } = keys();
  const resolver = resolverOf(records);
  const zone = join(work, "zone");
  writeFileSync(zone, zoneOf(records));
  for (const selector of Object.keys(pem)) writeFileSync(join(work, selector), pem[selector]);
  const wrong = [];
  const tally = { compared: 0, pass: 0, other: 0, arc_pass: 0, arc_fail: 0 };
  const ours = (files) =>
    execFileSync(peer, ["verify", zone, String(now + 60), ...files], { encoding: "utf8", maxBuffer: 1 << 28 })
      .trimEnd()
      .split("\n")
      .map((text) => JSON.parse(text));

  const write = (kind, raws) => raws.map((raw, i) => (writeFileSync(join(work, `${kind}${i}.eml`), raw), join(work, `${kind}${i}.eml`)));
  const compare = async (kind, raws, mustPass) => {
    const files = write(kind, raws);
    const mine = ours(files);
    for (let i = 0; i < raws.length; ++i) {
      const other = await theirs(raws[i], resolver);
      ++tally.compared;
      const passes = (list) => list.map((result) => result === "pass").join();
      const say = (text) => wrong.push(`${kind} ${i}: ${text}; ours ${JSON.stringify(mine[i])}, theirs ${JSON.stringify(other)}`);
      if (passes(mine[i].dkim.map((s) => s.result)) !== passes(other.dkim)) say("DKIM differs");
      if ((mine[i].arc === "pass") !== (other.arc === "pass")) say("ARC differs");
      if (mustPass && !(mine[i].dkim.length > 0 && mine[i].dkim[0].result === "pass")) say("must pass");
      mine[i].dkim[0]?.result === "pass" ? ++tally.pass : ++tally.other;
      if (mine[i].arc === "pass") ++tally.arc_pass;
      if (mine[i].arc === "fail") ++tally.arc_fail;
    }
  };
  try {
    const r = random(20261121);
    const plain = Array.from({ length: count }, () => message(r));
    const fromThem = [];
    for (const raw of plain) fromThem.push(await signed(r, raw, pem));
    await compare("theirs", fromThem, true);
    await compare("theirs_changed", fromThem.map((raw) => changed(r, raw)), false);

    const byUs = [];
    for (const selector of ["r2", "e1"]) { // this service signs with no weaker key
      const files = write(`plain_${selector}_`, plain);
      execFileSync(peer, ["sign", join(work, selector), "example.com", selector, String(now), ...files]);
      byUs.push(...files.map((file) => readFileSync(file + ".signed")));
    }
    await compare("ours", byUs, true);
    await compare("ours_changed", byUs.map((raw) => changed(r, raw)), false);

    const chains = [];
    for (const raw of fromThem.slice(0, Math.ceil(count / 3))) chains.push(await sealed(r, raw, pem, resolver));
    await compare("sealed", chains, false);
    await compare("sealed_changed", chains.map((raw) => changed(r, raw)), false);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return { tally, wrong };
}
