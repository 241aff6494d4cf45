import type { Whose } from '../record/space';

/** Only what a sentence needs of app/words. */
export type RuleWords = (id: string, values?: Record<string, string>) => string;

/** Every code of capabilities/access/rules.cpp has its sentence: rules_words.test.ts holds the two together. */
const codes = new Set(
  (
    'agreement_awaited announcement_awaited app archive_copy archive_copy_only assistance_only author blocked bris_de_glace care_team carer centre_15 consented contested ' +
    'court_expert dead declared_gp deleted discretion emergency_refused flags_not_together for_the_parents frozen guardian heir hidden_from_professionals ' +
    'hidden_from_representatives hidden_in_emergency holder_lives judge_decided majority matrix matrix_refuses matrix_unknown minor_delegates_nothing minor_too_young never ' +
    'never_for_carers no_catalogue no_professional no_relation not_a_type_of_the_holder not_for_persons not_for_software not_own_act not_recorded objected occupational ' +
    'occupational_grant only_own_documents opposed_in_life out_of_scope own_acts own_structure producer reason_needed representative second_letter_awaited secret_connection ' +
    'self state_refuses_closing state_refuses_deposit state_refuses_holder state_refuses_reading states_only unknown_act'
  ).split(' '),
);

export function hasWords(rule: string): boolean {
  return rule.startsWith('access.') && codes.has(rule.slice('access.'.length));
}

/** Why, in a sentence for each rule: first who the person is, then what is said of the document. A rule without words says nothing. */
export function whyWords(rules: readonly string[], whose: Whose, say: RuleWords): string[] {
  return [...new Set(rules)]
    .filter(hasWords)
    .map((rule) => say(`explain.rule.${rule.slice('access.'.length)}`, { whose }))
    .reverse();
}
