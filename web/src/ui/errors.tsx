import { TriangleAlert } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { useSay } from '../app/words';
import { Icon } from './icons';
import type { ReactNode } from 'react';

/** A mistake, and the control to mend (its id); without one it concerns the whole form. */
export interface Mistake {
  field?: string;
  text: string;
  /** After the text: a link to the way out. */
  more?: ReactNode;
}

export function mistakeAt(mistakes: readonly Mistake[], field: string): string | undefined {
  return mistakes.find((mistake) => mistake.field === field)?.text;
}

/** Shown on submit, above the form; takes the focus each time it comes with a new list. */
export function ErrorSummary({ mistakes }: { mistakes: readonly Mistake[] }) {
  const say = useSay();
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (mistakes.length === 0) return;
    box.current?.focus();
    box.current?.scrollIntoView({ block: 'nearest' });
  }, [mistakes]);
  if (mistakes.length === 0) return null;
  return (
    <div className="summary" ref={box} tabIndex={-1} role="alert" aria-labelledby="summary-title">
      <h2 id="summary-title">
        <Icon of={TriangleAlert} />
        {say('app.errors.title')}
      </h2>
      <ul>
        {mistakes.map((mistake) => (
          <li key={`${mistake.field ?? ''} ${mistake.text}`}>
            {mistake.field ? <FieldLink field={mistake.field}>{mistake.text}</FieldLink> : <p>{mistake.text}</p>}
            {mistake.more}
          </li>
        ))}
      </ul>
    </div>
  );
}

function FieldLink({ field, children }: { field: string; children: ReactNode }) {
  return (
    <a
      href={`#${field}`}
      onClick={(event) => {
        event.preventDefault();
        const control = document.getElementById(field);
        control?.focus();
        control?.scrollIntoView({ block: 'center' });
      }}
    >
      {children}
    </a>
  );
}
