// Merkle trees as RFC 6962, section 2.1, says: leaf = SHA-256(00 | entry), node = SHA-256(01 | left | right).
import { createHash } from 'node:crypto';

export const sha256 = (...parts) => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};
const leaf_mark = Buffer.from([0]), node_mark = Buffer.from([1]);
export const leaf_hash = (entry) => sha256(leaf_mark, entry);
export const node_hash = (left, right) => sha256(node_mark, left, right);

// MTH(D[0:n]), fed one leaf hash at a time: `peaks` are the perfect subtrees so far, the largest first.
export class Accumulator {
  peaks = [];
  size = 0;
  add(hash) {
    let size = 1, top = hash;
    while (this.peaks.length && this.peaks.at(-1).size === size) {
      top = node_hash(this.peaks.pop().hash, top);
      size *= 2;
    }
    this.peaks.push({ size, hash: top });
    ++this.size;
  }
  root() {
    if (!this.peaks.length) return sha256();
    return this.peaks.slice(0, -1).reduceRight((right, peak) => node_hash(peak.hash, right), this.peaks.at(-1).hash);
  }
}

export function root_of(hashes) {
  const tree = new Accumulator();
  for (const hash of hashes) tree.add(hash);
  return tree.root();
}

// The root that an audit path gives for the leaf at `index` of a tree of `size`, by the recursion of 2.1.1 (PATH(m, D[n])):
// the last hash of the path is the sibling nearest to the root. Undefined when the path has not exactly the length it must have.
export function root_by_path(leaf, index, size, path) {
  if (index < 0 || index >= size) return undefined;
  if (size === 1) return path.length === 0 ? leaf : undefined;
  if (path.length === 0) return undefined;
  let split = 1;
  while (split * 2 < size) split *= 2;
  const sibling = path.at(-1), rest = path.slice(0, -1);
  const inner = index < split ? root_by_path(leaf, index, split, rest) : root_by_path(leaf, index - split, size - split, rest);
  if (!inner) return undefined;
  return index < split ? node_hash(inner, sibling) : node_hash(sibling, inner);
}
