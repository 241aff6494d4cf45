import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { Icon } from '../../ui/icons';

/** A way to a page, with what it is for. */
export function Tile({ icon, help, children }: { icon: LucideIcon; help: string; children: ReactNode }) {
  return (
    <li className="card tile">
      <Icon of={icon} />
      <div>
        {children}
        <p className="help">{help}</p>
      </div>
    </li>
  );
}
