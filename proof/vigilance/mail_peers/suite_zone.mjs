// The zone data of the public suites, written as a zone file.
const quoted = (text) =>
  '"' + Buffer.from(text, "utf8").toString("latin1").replace(/["\\]|[^\x20-\x7e]/g, (c) => "\\" + String(c.charCodeAt(0)).padStart(3, "0")) + '"';

const plain = (name) => name.replace(/\.$/, "").replace(/[^A-Za-z0-9.*_-]/g, (c) => "\\" + c);

/// zonedata: { name: [ "TIMEOUT" | { TYPE: value } ] }. A TXT that stands only as type SPF is served as TXT, unless "NONE".
export function zoneFile(zonedata) {
  const lines = [];
  const failing = [];
  for (const [name, entries] of Object.entries(zonedata ?? {})) {
    const txt = entries.some((entry) => entry !== null && typeof entry === "object" && "TXT" in entry);
    for (const entry of entries) {
      if (entry === "TIMEOUT") {
        failing.push(name);
        continue;
      }
      for (const [type, value] of Object.entries(entry)) {
        if (type === "SPF" && txt) continue;
        if (value === "NONE") continue;
        const kind = type === "SPF" ? "TXT" : type;
        if (kind === "TXT") lines.push(`${plain(name)}. TXT ${[value].flat().map(quoted).join(" ") || '""'}`);
        else if (kind === "MX") lines.push(`${plain(name)}. MX ${value[0]} ${plain(value[1])}.`);
        else if (kind === "A" || kind === "AAAA") lines.push(`${plain(name)}. ${kind} ${value}`);
        else lines.push(`${plain(name)}. ${kind} ${plain(value)}.`);
      }
    }
  }
  return { text: lines.join("\n") + "\n", failing };
}
