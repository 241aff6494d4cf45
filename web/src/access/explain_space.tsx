import { lazy, Suspense } from 'react';
import { loadMessages } from '../app/messages';
import { PagePending } from '../app/states';

const steps = { choose: 'quelqu-un', answer: 'reponse', from: '' };

/** The question about the whole space, with its words: loaded when it is asked. */
const Pages = lazy(async () => {
  const [{ ExplainPages }] = await Promise.all([import('./explain_pages'), loadMessages(['explain'])]);
  return { default: () => <ExplainPages steps={steps} /> };
});

export function ExplainSpace() {
  return (
    <Suspense fallback={<PagePending />}>
      <Pages />
    </Suspense>
  );
}
