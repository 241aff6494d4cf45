// A QR code (ISO/IEC 18004: byte mode, level L, versions 1 to 5, one block) as a PNG, for letters that show their link only so.
import { crc32, deflateSync } from 'node:zlib';

const dataWords = [0, 19, 34, 55, 80, 108];
const checkWords = [0, 7, 10, 15, 20, 26];
const exp = new Uint8Array(512);
const log = new Uint8Array(256);
for (let i = 0, x = 1; i < 255; i += 1) {
  exp[i] = x; exp[i + 255] = x; log[x] = i;
  x = x & 128 ? (x << 1) ^ 0x11d : x << 1;
}

function remainder(words, count) {
  let divisor = [1];
  for (let i = 0; i < count; i += 1) {
    const next = [...divisor, 0];
    divisor.forEach((c, j) => { next[j + 1] ^= c === 0 ? 0 : exp[log[c] + i]; });
    divisor = next;
  }
  const rest = [...words, ...Array(count).fill(0)];
  for (let i = 0; i < words.length; i += 1) {
    const lead = rest[i];
    if (lead !== 0) divisor.forEach((c, j) => { rest[i + j] ^= c === 0 ? 0 : exp[log[c] + log[lead]]; });
  }
  return rest.slice(words.length);
}

function wordsOf(text, version) {
  const bytes = [...Buffer.from(text)];
  const bits = [4, bytes.length, ...bytes].map((n, i) => n.toString(2).padStart(i === 0 ? 4 : 8, '0')).join('');
  const room = dataWords[version] * 8;
  const padded = (bits + '0000').slice(0, room);
  const whole = padded.padEnd(Math.ceil(padded.length / 8) * 8, '0');
  const words = whole.match(/.{8}/gu).map((b) => Number.parseInt(b, 2));
  for (let i = 0; words.length < dataWords[version]; i += 1) words.push(i % 2 ? 0x11 : 0xec);
  return [...words, ...remainder(words, checkWords[version])];
}

function frame(version) {
  const size = 17 + 4 * version;
  const cell = Array.from({ length: size }, () => Array(size).fill(null));
  const set = (row, column, dark) => { if (row >= 0 && column >= 0 && row < size && column < size) cell[row][column] = dark; };
  for (const [top, left] of [[0, 0], [0, size - 7], [size - 7, 0]])
    for (let r = -1; r < 8; r += 1)
      for (let c = -1; c < 8; c += 1) {
        const ring = Math.max(Math.abs(r - 3), Math.abs(c - 3));
        set(top + r, left + c, ring !== 2 && ring !== 4);
      }
  for (let i = 8; i < size - 8; i += 1) { cell[6][i] = i % 2 === 0; cell[i][6] = i % 2 === 0; }
  if (version > 1)
    for (let r = -2; r < 3; r += 1)
      for (let c = -2; c < 3; c += 1) cell[size - 7 + r][size - 7 + c] = Math.max(Math.abs(r), Math.abs(c)) !== 1;
  cell[size - 8][8] = true;
  return cell;
}

function formatBits(mask) {
  const data = (1 << 3) | mask;
  let rest = data << 10;
  for (let i = 14; i >= 10; i -= 1) if ((rest >> i) & 1) rest ^= 0x537 << (i - 10);
  return ((data << 10) | rest) ^ 0x5412;
}

export function qrCells(text) {
  const version = dataWords.findIndex((words) => words >= Buffer.byteLength(text) + 2);
  if (version < 1) throw new Error('too long for a small QR code');
  const cell = frame(version);
  const size = cell.length;
  const format = formatBits(0);
  const bit = (i) => ((format >> i) & 1) === 1;
  const first = [[8, 0], [8, 1], [8, 2], [8, 3], [8, 4], [8, 5], [8, 7], [8, 8], [7, 8], [5, 8], [4, 8], [3, 8], [2, 8], [1, 8], [0, 8]];
  first.forEach(([r, c], i) => { cell[r][c] = bit(14 - i); });
  for (let i = 0; i < 7; i += 1) cell[size - 1 - i][8] = bit(14 - i);
  for (let i = 0; i < 8; i += 1) cell[8][size - 8 + i] = bit(7 - i);
  const bits = wordsOf(text, version).map((w) => w.toString(2).padStart(8, '0')).join('');
  let at = 0;
  for (let right = size - 1, up = true; right > 0; right -= right === 8 ? 3 : 2, up = !up) {
    const column = right === 6 ? 5 : right;
    for (let i = 0; i < size; i += 1) {
      const row = up ? size - 1 - i : i;
      for (const c of [column, column - 1]) {
        if (cell[row][c] !== null) continue;
        cell[row][c] = (bits[at] === '1') !== ((row + c) % 2 === 0);
        at += 1;
      }
    }
  }
  return cell;
}

export function png(cells, scale = 4) {
  const quiet = 4;
  const side = (cells.length + 2 * quiet) * scale;
  const rows = Buffer.alloc(side * (side + 1), 255);
  for (let y = 0; y < side; y += 1) {
    rows[y * (side + 1)] = 0;
    for (let x = 0; x < side; x += 1)
      if (cells[Math.floor(y / scale) - quiet]?.[Math.floor(x / scale) - quiet]) rows[y * (side + 1) + 1 + x] = 0;
  }
  const chunk = (kind, data) => {
    const body = Buffer.concat([Buffer.from(kind), data]);
    const out = Buffer.alloc(body.length + 8);
    out.writeUInt32BE(data.length, 0);
    body.copy(out, 4);
    out.writeUInt32BE(crc32(body), body.length + 4);
    return out;
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(side, 0);
  head.writeUInt32BE(side, 4);
  head[8] = 8;
  return Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), chunk('IHDR', head), chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))]);
}

export const qrPng = (text) => png(qrCells(text)).toString('base64');
