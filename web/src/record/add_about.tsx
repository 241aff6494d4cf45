import { useState } from 'react';
import { Page } from '../app/page';
import { useService } from '../app/service';
import { type Say, useSay } from '../app/words';
import { Button } from '../ui/button';
import { mistakeAt, type Mistake } from '../ui/errors';
import { Choices, TextField } from '../ui/field';
import { Form } from '../ui/form';
import type { StepProps } from './add_page';
import { DateField } from './date_field';
import { readDate } from './typed_date';

/** What a person may add, by the codes of the national list, the most usual first. */
export const ownTypes = ['DOCPAT03', 'DOCPAT05', 'DOCPAT04', 'DOCPAT02', 'DOCPAT06', 'DOCPAT07', 'DOCPAT01', 'DOCPAT09', 'EXPPAT_3', 'EXPPAT_1', 'EXPPAT_2'] as const;

export function typeWords(type: string, say: Say): string {
  return say(`add.type.${type}`);
}

export function KindStep({ above, stepWords, draft, change, next }: StepProps) {
  const say = useSay();
  const [mistakes, setMistakes] = useState<readonly Mistake[]>([]);
  const submit = () => {
    if (draft.type === '') setMistakes([{ field: 'type', text: say('add.no_type') }]);
    else next();
  };
  return (
    <Page title={say('add.type_title')} step={stepWords} failed={mistakes.length > 0} above={above} width="form">
      <Form mistakes={mistakes} onSubmit={submit}>
        <Choices
          id="type"
          legend={say('add.type_title')}
          legendHidden
          error={mistakeAt(mistakes, 'type')}
          choices={ownTypes.map((type) => ({ value: type, label: typeWords(type, say) }))}
          value={draft.type}
          onChange={(type) => change({ type })}
        />
        <div className="buttons">
          <Button submit>{say('app.continue')}</Button>
        </div>
      </Form>
    </Page>
  );
}

const longestTitle = 120;

export function AboutStep({ above, stepWords, draft, change, next }: StepProps) {
  const say = useSay();
  const { today } = useService();
  const [mistakes, setMistakes] = useState<readonly Mistake[]>([]);
  const submit = () => {
    const found: Mistake[] = [];
    const title = draft.title.trim();
    if (title === '') found.push({ field: 'document-title', text: say('add.no_title') });
    if (title.length > longestTitle) found.push({ field: 'document-title', text: say('add.long_title', { extra: title.length - longestTitle }) });
    const date = readDate(draft.date, today);
    if (date.kind !== 'good') found.push({ field: `date-${date.field}`, text: say(`add.date.${date.kind}`) });
    setMistakes(found);
    if (found.length === 0) next();
  };
  return (
    <Page title={say('add.about_title')} step={stepWords} failed={mistakes.length > 0} above={above} width="form">
      <Form mistakes={mistakes} onSubmit={submit}>
        <TextField
          id="document-title"
          label={say('add.title_label')}
          help={say('add.title_help')}
          error={mistakeAt(mistakes, 'document-title')}
          value={draft.title}
          onChange={(title) => change({ title })}
        />
        <DateField
          id="date"
          legend={say('add.date_label')}
          help={say('add.date_help')}
          mistakes={mistakes}
          value={draft.date}
          onChange={(date) => change({ date })}
        />
        <div className="buttons">
          <Button submit>{say('app.continue')}</Button>
        </div>
      </Form>
    </Page>
  );
}
