import { Paperclip } from 'lucide-react';
import { useState } from 'react';
import { Page } from '../app/page';
import { type Say, useSay } from '../app/words';
import { Button } from '../ui/button';
import { mistakeAt, type Mistake } from '../ui/errors';
import { describedBy, FieldError } from '../ui/field';
import { Form } from '../ui/form';
import { Icon } from '../ui/icons';
import type { StepProps } from './add_page';
import { type FileMistake, judgeFile, megabytes } from './file_kind';
import { notBegun } from './upload';

function fileMistake(mistake: FileMistake, file: File | null, say: Say): string {
  return say(`add.file_${mistake}`, { size: sizeWords(file?.size ?? 0, say) });
}

/** "2,3 Mo". */
export function sizeWords(bytes: number, say: Say): string {
  return say('add.megabytes', { size: say.number(megabytes(bytes)) });
}

/** A PDF or a photo, judged by its bytes before anything is sent. */
export function FileStep({ above, stepWords, draft, change, next }: StepProps) {
  const say = useSay();
  const [mistakes, setMistakes] = useState<readonly Mistake[]>([]);
  const { file } = draft;
  const submit = async () => {
    const judged = await judgeFile(file);
    if ('mistake' in judged) {
      setMistakes([{ field: 'file', text: fileMistake(judged.mistake, file, say) }]);
      return;
    }
    change({ kind: judged.kind });
    next();
  };
  const error = mistakeAt(mistakes, 'file');
  return (
    <Page title={say('add.title')} step={stepWords} failed={mistakes.length > 0} above={above} width="form">
      <Form mistakes={mistakes} onSubmit={() => void submit()}>
        <div className={error ? 'field field-invalid' : 'field'}>
          <label htmlFor="file">{say('add.file')}</label>
          <span className="field-help" id="file-help">
            {say('add.file_help')}
          </span>
          <FieldError id="file" text={error} />
          <div className="file-pick">
            <input
              id="file"
              name="file"
              type="file"
              accept="application/pdf,image/jpeg,image/png"
              aria-invalid={error ? true : undefined}
              aria-describedby={describedBy('file', true, error, true)}
              onChange={(event) => {
                const chosen = event.target.files?.[0];
                if (chosen) change({ file: chosen, kind: null, sending: notBegun, concluded: false });
              }}
            />
            <span className="button button-plain" aria-hidden="true">
              <Icon of={Paperclip} />
              {say(file ? 'add.choose_other' : 'add.choose')}
            </span>
          </div>
          <p className="field-state" id="file-state" role="status">
            {file ? say('add.chosen', { name: file.name, size: sizeWords(file.size, say) }) : ''}
          </p>
        </div>
        <div className="buttons">
          <Button submit>{say('app.continue')}</Button>
        </div>
      </Form>
    </Page>
  );
}
