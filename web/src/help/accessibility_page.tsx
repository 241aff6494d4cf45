import { useState } from 'react';
import { Page } from '../app/page';
import { applyTheme, readTheme, type Theme } from '../app/preferences';
import { useSay } from '../app/words';
import { Choices } from '../ui/field';
import { Section } from './section';

export default function AccessibilityPage() {
  const say = useSay();
  const [theme, setTheme] = useState<Theme>(readTheme());
  return (
    <Page title={say('help.access.title')}>
      <p>{say('help.access.lead')}</p>
      <Choices
        id="light"
        legend={say('help.access.light')}
        help={say('help.access.light_kept')}
        choices={(['auto', 'light', 'dark'] as const).map((value) => ({ value, label: say(`help.access.light_${value}`) }))}
        value={theme}
        onChange={(value) => {
          setTheme(value as Theme);
          applyTheme(value as Theme);
        }}
      />
      <div className="stack-l">
        <Section title="help.access.text.title" texts={['help.access.text']} />
        <Section title="help.access.keys.title" texts={['help.access.keys']} />
        <Section title="help.access.time.title" texts={['help.access.time']} />
        <Section title="help.access.done.title" texts={['help.access.done']} />
        <Section title="help.access.left.title" texts={['help.access.left']} />
        <Section title="help.access.tell.title" texts={['help.access.tell']} />
      </div>
    </Page>
  );
}
