import type { HealthDocument } from '../record/documents';
import { useStep } from '../record/space';
import { ExplainPages } from './explain_pages';
import { MaskPages } from './mask_pages';

const explaining = new Set(['qui-peut-voir', 'reponse']);
const steps = { choose: 'qui-peut-voir', answer: 'reponse', from: '' };

/** Who sees one document, and what its holder decides of it. */
export function DocumentAccess({ document }: { document: HealthDocument }) {
  const [step] = useStep();
  if (!explaining.has(step)) return <MaskPages document={document} />;
  const asked = { id: document.id, title: document.title, masked: document.masked === true, visible_in_emergency: document.visible_in_emergency === true };
  return <ExplainPages document={asked} steps={steps} />;
}
