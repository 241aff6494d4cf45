// Messages of every shape that signatures meet, the same for the same seed.
export function random(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  return { next, below: (n) => Math.floor(next() * n), pick: (list) => list[Math.floor(next() * list.length)] };
}

// Not "à": its second byte is taken for a space by the peer, whose canonical form is then another.
const words = "bonjour votre espace de santé est ouvert le message attend lundi carte colis rendez-vous Ameli code 3646 é ù".split(" ");

function line(r) {
  const count = r.below(14);
  let text = "";
  for (let i = 0; i < count; ++i) text += r.pick(words) + r.pick([" ", " ", "  ", "\t", " \t "]);
  return r.pick(["", "", "."]) + text + r.pick(["", "", " ", "\t  "]);
}

function field(r, name, value) {
  const folded = value.split(" ").join(r.pick([" ", " ", "\r\n ", "\r\n\t", "  "]));
  return `${r.pick([name, name, name.toLowerCase(), name.toUpperCase()])}:${r.pick([" ", " ", "", "  "])}${folded}${r.pick(["", "", " "])}\r\n`;
}

export function message(r) {
  let out = "";
  if (r.below(3) === 0) out += field(r, "Received", "from mx.example.org by mx.example.net with ESMTP id 12345");
  if (r.below(3) === 0) out += field(r, "Received", "from a.example.org by mx.example.org");
  out += field(r, "From", r.pick(["Anne <anne@example.com>", '"Service, client" <info@mail.example.com>', "info@example.com"]));
  out += field(r, "To", r.pick(["paul@example.net", "Paul <paul@example.net>, c@example.net"]));
  out += field(r, "Subject", Array.from({ length: 1 + r.below(9) }, () => r.pick(words)).join(" "));
  out += field(r, "Date", "Sat, 21 Nov 2026 10:00:00 +0100");
  out += field(r, "Message-ID", `<${r.below(1e9)}@example.com>`);
  if (r.below(2) === 0) out += field(r, "MIME-Version", "1.0");
  if (r.below(2) === 0) out += field(r, "Content-Type", "text/plain; charset=utf-8");
  if (r.below(3) === 0) out += field(r, "Reply-To", "reponse@example.com");
  if (r.below(3) === 0) out += field(r, "List-Unsubscribe", "<https://example.com/u?id=1>");
  out += "\r\n";
  const lines = r.below(20);
  for (let i = 0; i < lines; ++i) out += line(r) + "\r\n";
  out += r.pick(["", "\r\n", "\r\n\r\n\r\n", "last line without end", " \r\n\t\r\n"]);
  return Buffer.from(out, "utf8");
}

/// One change that a signature may or may not feel; both sides are asked.
export function changed(r, raw) {
  const text = raw.toString("latin1");
  const body = text.indexOf("\r\n\r\n");
  const kinds = [
    () => text + "more\r\n",
    () => text + "\r\n\r\n",
    () => text.replace(/\r\n$/, " \t\r\n"),
    () => text.slice(0, body + 4) + "X" + text.slice(body + 4),
    () => text.replace(/^(subject:)/im, "$1 Re:"),
    () => text.replace(/^(subject:)[ \t]*/im, "$1   "),
    () => text.replace(/^(date:)/im, "$1\r\n "),
    () => "From: chef@example.com\r\n" + text,
    () => "Subject: urgent\r\n" + text,
    () => "X-Added: yes\r\n" + text,
    () => text.replace(/^(to:).*(\r\n[ \t].*)*\r\n/im, ""),
    () => text.replace(/( b=[^;]{12})./, (all, head) => head + (all.at(-1) === "A" ? "B" : "A")),
    () => text.replace(/ bh=./, (all) => all.slice(0, -1) + (all.at(-1) === "A" ? "B" : "A")),
    () => text.replace(/ d=example\.com/, " d=example.org"),
    () => text.replace(/ s=(\w+)/, " s=absent"),
    () => text.replace(/é/g, "e").replace(/Ã©/g, "e"),
    () => text.slice(0, body + 4) + text.slice(body + 4).replace(/ +/g, "  "),
    () => text.slice(0, body + 4) + text.slice(body + 4).replace(/[ \t]+\r\n/g, "\r\n"),
  ];
  return Buffer.from(r.pick(kinds)(), "latin1");
}
