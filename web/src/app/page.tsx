import { type ReactNode, useEffect, useLayoutEffect, useRef } from 'react';
import { useCatalogue } from './messages';
import { useSay } from './words';
import { useService } from './service';

let firstPageShown = false;

interface PageProps {
  /** The h1, and the start of the browser's title. Never a person's datum. */
  title: string;
  /** Said in the title after the h1: "Étape 2 sur 7". */
  step?: string;
  /** True once the form was sent with mistakes: the title starts with "Erreur :". */
  failed?: boolean;
  /** Shown instead of the words of `title` in the h1 (same words, with an icon or mark). */
  heading?: ReactNode;
  /** Above the h1: the way back, the progress. */
  above?: ReactNode;
  width?: 'text' | 'form' | 'wide';
  /** Its list comes after its frame. */
  tall?: boolean;
  children: ReactNode;
}

/** One page, one question: its h1 takes the focus when the page comes (not on the document's first), and names the window. */
export function Page({ title, step, failed = false, heading, above, width = 'text', tall = false, children }: PageProps) {
  const say = useSay();
  const service = useService();
  const h1 = useRef<HTMLHeadingElement>(null);
  const { language } = useCatalogue();
  const spoken = useRef(language);
  useLayoutEffect(() => {
    document.title = [failed ? say('app.title.error', { title }) : title, step, service.name].filter(Boolean).join(' - ');
  }, [title, step, failed, service.name, say]);
  useEffect(() => {
    // The same page in the other language is not a new page: the focus stays where it is.
    const translated = spoken.current !== language;
    spoken.current = language;
    if (firstPageShown && !translated) {
      scrollTo(0, 0);
      // A page that comes with mistakes gives the focus to their summary.
      if (!failed) h1.current?.focus({ preventScroll: true });
    }
    firstPageShown = true;
  }, [title, step]);
  const shape = { text: '', form: ' page-form', wide: ' page-wide' }[width] + (tall ? ' page-tall' : '');
  return (
    <main id="contenu" tabIndex={-1} className={`page stack${shape}`}>
      {above}
      <h1 ref={h1} tabIndex={-1}>
        {heading ?? title}
      </h1>
      {children}
    </main>
  );
}
