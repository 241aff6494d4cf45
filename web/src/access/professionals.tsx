import { Ban, UserRoundMinus } from 'lucide-react';
import { type Say, useSay } from '../app/words';
import { useStep, useWhose, type Whose } from '../record/space';
import { useProfessionWords } from '../record/words';
import { Button } from '../ui/button';
import { Icon } from '../ui/icons';
import type { OnProfessional, Professional } from './calls';
import { professionalName } from './viewers';

/** What is about to be done, to whom. `words` names the messages, `access.block...`. */
export interface Choosing {
  step: 'bloquer' | 'debloquer' | 'retirer' | 'remettre' | 'accord';
  act: OnProfessional;
  words: 'block' | 'unblock' | 'refuse' | 'restore' | 'occupational_end';
  rpps: string;
  name: string;
}

const acts = {
  block: { step: 'bloquer', act: 'block', words: 'block' },
  unblock: { step: 'debloquer', act: 'unblock', words: 'unblock' },
  refuse: { step: 'retirer', act: 'refuse', words: 'refuse' },
  restore: { step: 'remettre', act: 'restore', words: 'restore' },
  occupational_end: { step: 'accord', act: 'occupational/end', words: 'occupational_end' },
} as const satisfies Record<string, Omit<Choosing, 'rpps' | 'name'>>;

export function choosing(act: keyof typeof acts, rpps: string, name: string): Choosing {
  return { ...acts[act], rpps, name };
}

/** What may be done of this professional, as things stand: never two ways to the same end. */
export function actsFor(one: Professional): (keyof typeof acts)[] {
  if (one.blocked) return ['unblock'];
  const team = one.relations.includes('care_team') || one.relations.includes('consented');
  return ['block', ...(one.refused ? (['restore'] as const) : team ? (['refuse'] as const) : []), ...(one.relations.includes('occupational') ? (['occupational_end'] as const) : [])];
}

/** Only what these sentences need of app/words. */
type WhyWords = Pick<Say, 'date' | 'time'> & ((id: string, values?: Record<string, string>) => string);

/** Why this person has access, the strongest reason first. */
export function relationWords(one: Professional, whose: Whose, say: WhyWords): string[] {
  const order = ['declared_gp', 'care_team', 'consented', 'occupational', 'author'].filter((relation) => one.relations.includes(relation) && !(one.refused && (relation === 'care_team' || relation === 'consented')));
  return order.map((relation) => {
    if (relation === 'care_team' && one.since) return say('access.why.care_team_since', { whose, date: say.date(one.since) });
    if (relation === 'consented' && one.until) return say('access.why.consented_until', { whose, date: say.date(one.until), time: say.time(one.until) });
    return say(`access.why.${relation}`, { whose });
  });
}

interface ProfessionalsProps {
  list: readonly Professional[];
  /** None: who looks may decide nothing here. */
  onChoose: ((next: Choosing) => void) | null;
}

export function Professionals({ list, onChoose }: ProfessionalsProps) {
  const say = useSay();
  const { whose } = useWhose();
  const [, go] = useStep();
  return (
    <section className="stack section">
      <h2>{say('access.professionals')}</h2>
      {list.length === 0 && <p>{say('access.professionals.empty')}</p>}
      <ul className="bare who-cards">
        {list.map((one) => (
          <li key={one.rpps} className="card who stack-s">
            <OneProfessional one={one} onChoose={onChoose} />
          </li>
        ))}
      </ul>
      {list.some((one) => one.relations.includes('declared_gp')) && whose === 'self' && <p className="help">{say('access.gp_wrong')}</p>}
      {onChoose && (
        <p>
          {say('access.number.link')}{' '}
          <Button look="link" onPress={() => void go('numero')}>
            {say('access.number.block')}
          </Button>
        </p>
      )}
    </section>
  );
}

function OneProfessional({ one, onChoose }: { one: Professional; onChoose: ((next: Choosing) => void) | null }) {
  const say = useSay();
  const { whose } = useWhose();
  const profession = useProfessionWords();
  const name = professionalName(one);
  const reasons = one.blocked ? [] : relationWords(one, whose, say);
  return (
    <>
      <h3>{[name, one.profession ? profession(one.profession) : '', one.structure ?? ''].filter(Boolean).join(', ')}</h3>
      {one.blocked && (
        <p className="who-state">
          <Icon of={Ban} />
          <span>
            {say('access.is_blocked', { whose })}. {say('access.is_blocked_means')}
          </span>
        </p>
      )}
      {!one.blocked && one.refused && (
        <p className="who-state">
          <Icon of={UserRoundMinus} />
          <span>{say('access.is_refused', { whose })}</span>
        </p>
      )}
      {reasons.length > 0 && <p>{say('access.why', { reasons: reasons.join(', ') })}</p>}
      {onChoose && (
        <div className="link-row">
          {actsFor(one).map((act) => (
            <Button key={act} look="link" label={say(`access.${act}_named`, { whose, name })} onPress={() => onChoose(choosing(act, one.rpps, name))}>
              {say(`access.${act}_short`, { whose })}
            </Button>
          ))}
        </div>
      )}
    </>
  );
}
