import type { CodeWords } from '../app/problem_words';

/** The words for what identity refuses. */
export const oneTimeCodeWords: CodeWords = {
  'identity.one_time_code_wrong': 'identity.one_time.wrong',
  'identity.one_time_code_expired': 'identity.one_time.expired',
  'notices.no_channel': 'identity.contact.unreached',
  'identity.channel': 'identity.contact.unreached',
};

export const signInWords: CodeWords = {
  'identity.sign_in_refused': 'identity.sign_in.refused',
  'notices.no_channel': 'identity.contact.unreached',
};

export const accountWords: CodeWords = {
  'identity.identifier_taken': 'identity.identifier.taken',
  'identity.identifier': 'identity.identifier.invalid',
  'identity.password': 'identity.password.unfit',
  'identity.password_too_short': 'identity.password.too_short',
  'identity.password_is_identifier': 'identity.password.is_identifier',
  'identity.password_common': 'identity.password.common',
};
