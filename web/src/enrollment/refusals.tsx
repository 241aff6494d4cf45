import { asProblem, type Problem } from '../app/problem';
import { useProblemText, type CodeWords } from '../app/problem_words';
import { useSay } from '../app/words';
import { Button, Link } from '../ui/button';
import type { Mistake } from '../ui/errors';
import { accountWords } from '../identity/words';

const enrollmentWords: CodeWords = {
  ...accountWords,
  'enrollment.code_misspelt': 'enrollment.code.misspelt',
  'enrollment.already_open': 'enrollment.facts.already_open',
  'enrollment.suspended': 'enrollment.facts.suspended',
  'identity.number_key': 'identity.number.wrong_key',
  'identity.account_exists': 'enrollment.facts.account_exists',
  'enrollment.contact_not_confirmed': 'enrollment.facts.confirm_first',
};

const closingWords: CodeWords = { ...enrollmentWords, 'enrollment.already_open': 'enrollment.facts.open_close' };

/** Where the person mends it: a step of the path, a control of that step. */
export interface Refusal {
  step: 'code' | 'number' | 'serial' | 'contact' | 'identifier' | 'password' | 'here';
  mistakes: Mistake[];
}

/** What is said of a field that the service refused for a reason of its own. */
const unfit: Record<string, string> = {
  code: 'enrollment.code.misspelt',
  number: 'identity.number.wrong_key',
  serial: 'identity.card.wrong',
  identifier: 'identity.identifier.invalid',
  password: 'identity.password.unfit',
};

function placeOf(problem: Problem): { step: Refusal['step']; field?: string } {
  const at = (name: string) => problem.issues.some((issue) => issue.path === `/${name}`);
  if (problem.code === 'enrollment.code_misspelt' || at('code')) return { step: 'code', field: 'code' };
  if (problem.code === 'identity.number_key' || at('number')) return { step: 'number', field: 'number' };
  if (at('serial')) return { step: 'serial', field: 'serial' };
  if (problem.code.startsWith('identity.identifier') || at('identifier')) return { step: 'identifier', field: 'identifier' };
  if (problem.code.startsWith('identity.password') || at('password')) return { step: 'password', field: 'password' };
  if (problem.code === 'enrollment.contact_not_confirmed') return { step: 'contact' };
  return { step: 'here' };
}

interface FactsLinks {
  onSeeCode: () => void;
  onSeeNumber: () => void;
}

function NoMatchLinks({ onSeeCode, onSeeNumber }: FactsLinks) {
  const say = useSay();
  return (
    <div className="link-row">
      <Link to="/code" className="link">
        {say('enrollment.ask_code')}
      </Link>
      <Button look="link" onPress={onSeeCode}>
        {say('enrollment.facts.see_code')}
      </Button>
      <Button look="link" onPress={onSeeNumber}>
        {say('enrollment.facts.see_number')}
      </Button>
    </div>
  );
}

function SignInLink() {
  const say = useSay();
  return (
    <Link to="/connexion" className="link">
      {say('enrollment.facts.sign_in')}
    </Link>
  );
}

/** What the service's refusal of an opening, an objection or a closing becomes on the page. `withCard`: the card was asked too. */
export function useRefusal(links: FactsLinks, withCard: boolean, closing = false): (thrown: unknown) => Refusal {
  const say = useSay();
  const words = useProblemText(closing ? closingWords : enrollmentWords);
  return (thrown) => {
    const problem = asProblem(thrown);
    if (problem.code === 'enrollment.facts_do_not_match') {
      const text = say(withCard ? 'enrollment.facts.no_match' : 'enrollment.facts.no_match_code');
      return { step: 'here', mistakes: [{ text, more: <NoMatchLinks {...links} /> }] };
    }
    const { step, field } = placeOf(problem);
    const more = problem.code === 'enrollment.already_open' || problem.code === 'identity.account_exists' ? { more: <SignInLink /> } : {};
    const text = field && !(problem.code in enrollmentWords) ? say(unfit[field] ?? '') : words(problem);
    return { step, mistakes: [{ ...(field ? { field } : {}), text, ...more }] };
  };
}
