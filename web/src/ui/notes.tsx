import { CircleCheckBig, Info, OctagonX, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { Icon } from './icons';

const icons = { plain: Info, ok: CircleCheckBig, warn: TriangleAlert, bad: OctagonX };

/** A framed remark: an icon, words, and a ground, in that order of importance. */
export function Note({ kind = 'plain', children }: { kind?: keyof typeof icons; children: ReactNode }) {
  return (
    <div className={kind === 'plain' ? 'note' : `note note-${kind}`}>
      <Icon of={icons[kind]} />
      <div className="stack-s">{children}</div>
    </div>
  );
}
