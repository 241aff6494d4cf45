import type { SpaceSummary } from '../app/service';
import type { Whose } from '../record/space';
import type { AccessList, Professional, Viewer } from './calls';

/** Only what a label needs of app/words. */
export type ViewerWords = (id: string, values?: Record<string, string>) => string;

/** Somebody to ask about: how they are offered, how a sentence names them, and whom the service is asked about. */
export interface ViewerChoice {
  value: string;
  label: string;
  detail?: string;
  subject: string;
  /** Several when the same words stand for several kinds: the answer is yes as soon as one of them may see. */
  viewers: Viewer[];
  /** What is masked, is masked to them. */
  professional: boolean;
  emergency: boolean;
}

interface Given {
  space: SpaceSummary;
  whose: Whose;
  access: AccessList | undefined;
  phone: string;
  say: ViewerWords;
}

const kinds = [
  { kind: 'bris_de_glace', professional: true, emergency: true },
  { kind: 'centre_15', professional: true, emergency: true },
] as const;

function people({ space, access, say }: Given): ViewerChoice[] {
  const choice = (person: string, name: string, role: string): ViewerChoice => ({
    value: `person-${person}`,
    label: say(`explain.viewer.person_${role}`, { name }),
    subject: name,
    viewers: [{ kind: 'person', person }],
    professional: false,
    emergency: false,
  });
  const parents = (access?.parents ?? []).map((one) => choice(one.person, one.name, 'parent'));
  const mine: ViewerChoice[] =
    space.relation === 'self' && parents.length === 0
      ? [{ value: 'parent', label: say('explain.viewer.parent'), subject: say('explain.subject.parent'), viewers: [{ kind: 'parent' }], professional: false, emergency: false }]
      : [];
  return [
    ...parents,
    ...mine,
    ...(access?.guardians ?? []).map((one) => choice(one.person, one.name, 'guardian')),
    ...(access?.carers ?? []).map((one) => choice(one.person, one.name, 'carer')),
  ];
}

/** Everyone that can be asked about, the nearest first. `professional` and `stranger` ask a second question: which one, of which profession. */
export function viewerChoices(given: Given): ViewerChoice[] {
  const { whose, access, phone, say } = given;
  const plain = (kind: string, asked: string[] = [kind]): ViewerChoice => ({
    value: kind,
    label: say(`explain.viewer.${kind}`, { whose, phone }),
    subject: say(`explain.subject.${kind}`, { whose, phone }),
    viewers: asked.map((one) => ({ kind: one })),
    professional: false,
    emergency: false,
  });
  return [
    { ...plain('declared_gp'), professional: true },
    ...((access?.professionals.length ?? 0) > 0 ? [{ value: 'professional', label: say('explain.viewer.professional', { whose }), subject: '', viewers: [], professional: true, emergency: false }] : []),
    { value: 'stranger', label: say('explain.viewer.stranger'), detail: say('explain.viewer.stranger_detail'), subject: '', viewers: [], professional: true, emergency: false },
    ...kinds.map((one) => ({ ...plain(one.kind), professional: one.professional, emergency: one.emergency })),
    ...people(given),
    plain('app'),
    plain('payers', ['complementary_insurer', 'payer', 'employer']),
    plain('occupational_physician'),
    plain('agent'),
  ];
}

/** Professions a person may go to for the first time, the most asked about first. */
export const askedProfessions = ['40', '10', '50', '21', '60', '70', '80', '91', '92', '94', '95', '96', '98', '86', '26', '28', '81', '35', '36'] as const;

/** "Dr Benali", or what stands on a prescription when the directory gave no name. */
export function professionalName(one: Professional): string {
  return one.name && one.name !== '' ? one.name : one.rpps;
}
