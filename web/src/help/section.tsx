import type { ReactNode } from 'react';
import { useService } from '../app/service';
import { useSay } from '../app/words';

/** A titled part of a page of text: each message is a paragraph. */
export function Section({ title, texts, id, children }: { title: string; texts: string[]; id?: string; children?: ReactNode }) {
  const say = useSay();
  const { phone } = useService();
  return (
    <section className="stack-s" id={id}>
      <h2 tabIndex={-1}>{say(title)}</h2>
      {texts.map((text) => (
        <p key={text}>{say(text, { phone })}</p>
      ))}
      {children}
    </section>
  );
}
