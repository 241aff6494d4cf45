// Builds an Internet message from a small markup: paragraphs parted by blank lines, [[words->address]] a link, "* " a list,
// "# " a heading, "((words->address))" a button. As plain text, HTML, or both.
export const encodedWord = (text) => (/^[\x20-\x7e]*$/u.test(text) ? text : [...chunks(text)].map((part) => `=?UTF-8?B?${Buffer.from(part).toString('base64')}?=`).join('\r\n '));
function* chunks(text) {
  let part = '';
  for (const sign of text) {
    if (Buffer.byteLength(part + sign) > 39) { yield part; part = ''; }
    part += sign;
  }
  if (part !== '') yield part;
}

export const addressed = (name, address) => (name === '' ? `<${address}>` : /[^\x20-\x7e]/u.test(name) ? `${encodedWord(name)} <${address}>` : /[^A-Za-z0-9 ]/u.test(name) ? `"${name.replaceAll('"', '')}" <${address}>` : `${name} <${address}>`);

const html = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
const links = /(\(\(|\[\[)(.+?)->(.+?)(?:\)\)|\]\])/gu;

export function asText(markup) {
  return markup.replace(/^# (.+)$/gmu, (_, words) => words.toUpperCase())
    .replace(links, (_, kind, words, to) => (words === to || to.endsWith(`//${words}`) ? to : `${words} : ${to}`));
}

export function asHtml(markup, { look = 0 } = {}) {
  const inline = (text) => {
    let out = '';
    let last = 0;
    for (const found of text.matchAll(links)) {
      out += html(text.slice(last, found.index));
      const [all, kind, words, to] = found;
      const style = kind === '((' ? ' style="background:#0a5;color:#fff;padding:8px 14px;text-decoration:none"' : '';
      out += `<a href="${html(to)}"${style}>${html(words)}</a>`;
      last = found.index + all.length;
    }
    return (out + html(text.slice(last))).replaceAll('\n', '<br>\n');
  };
  const blocks = markup.split(/\n{2,}/u).map((block) => {
    if (block.startsWith('# ')) return `<h2>${inline(block.slice(2))}</h2>`;
    if (block.startsWith('* ')) return `<ul>${block.split('\n').map((line) => `<li>${inline(line.slice(2))}</li>`).join('')}</ul>`;
    return look === 2 ? `<tr><td style="font-family:Arial;font-size:14px">${inline(block)}</td></tr>` : `<p>${inline(block)}</p>`;
  });
  const body = look === 2 ? `<table width="600" align="center">${blocks.map((b) => (b.startsWith('<tr') ? b : `<tr><td>${b}</td></tr>`)).join('\n')}</table>` : blocks.join('\n');
  return `<!DOCTYPE html>\n<html><head><meta charset="utf-8"></head>\n<body${look === 1 ? ' style="font-family:sans-serif;color:#222"' : ''}>\n${body}\n</body></html>\n`;
}

const wire = (text) => text.replace(/\r?\n/gu, '\r\n');
const base64 = (text) => `${(Buffer.from(wire(text)).toString('base64').match(/.{1,76}/gu) ?? []).join('\r\n')}\r\n`;
export function quoted(text) {
  return wire(text).split('\r\n').map((line) => {
    let out = '';
    let row = '';
    for (const byte of Buffer.from(line)) {
      const sign = byte === 61 || byte < 32 || byte > 126 ? `=${byte.toString(16).toUpperCase().padStart(2, '0')}` : String.fromCharCode(byte);
      if (row.length + sign.length > 73) { out += `${row}=\r\n`; row = ''; }
      row += sign;
    }
    return out + row.replace(/ $/u, '=20');
  }).join('\r\n');
}

export function part(type, text, coding = 'quoted') {
  const kinds = { quoted: ['quoted-printable', quoted], base64: ['base64', base64], eight: ['8bit', wire] };
  const [name, code] = kinds[coding];
  return { head: `Content-Type: ${type}; charset=utf-8\r\nContent-Transfer-Encoding: ${name}\r\n`, body: code(text) };
}

export function multipart(kind, parts, mark, more = '') {
  const boundary = `=_${mark}_${kind}`;
  return { head: `Content-Type: multipart/${kind}; boundary="${boundary}"${more}\r\n`, body: `${parts.map((p) => `--${boundary}\r\n${p.head}\r\n${p.body}\r\n`).join('')}--${boundary}--\r\n` };
}

// fields: [name, value] in order; the content gives the last ones.
export function message(fields, content) {
  const head = fields.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  return `${head}MIME-Version: 1.0\r\n${content.head}\r\n${content.body}${content.body.endsWith('\r\n') ? '' : '\r\n'}`;
}

export function contentOf(markup, shape, r, mark) {
  const coding = r.pick(['quoted', 'quoted', 'base64', 'eight']);
  const text = asText(markup);
  const page = asHtml(markup, { look: r.int(3) });
  if (shape === 'text') return part('text/plain', text, coding);
  if (shape === 'html') return part('text/html', page, coding);
  return multipart('alternative', [part('text/plain', text, coding), part('text/html', page, coding)], mark);
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const two = (n) => String(n).padStart(2, '0');
// An hour of that day, as the Date field of a mail has it.
export const mailDate = (day, r) => `${days[day.getUTCDay()]}, ${day.getUTCDate()} ${months[day.getUTCMonth()]} ${day.getUTCFullYear()} ${two(6 + r.int(15))}:${two(r.int(60))}:${two(r.int(60))} +0200`;
