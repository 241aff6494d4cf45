import type { CodeWords } from '../app/problem_words';

/** The words for what identity refuses. */
export const oneTimeCodeWords: CodeWords = {
  'identity.one_time_code_wrong': 'identity.one_time.wrong',
  'identity.one_time_code_expired': 'identity.one_time.expired',
};

export const signInWords: CodeWords = { 'identity.sign_in_refused': 'identity.sign_in.refused' };

export const accountWords: CodeWords = {
  'identity.identifier_taken': 'identity.identifier.taken',
  'identity.identifier_invalid': 'identity.identifier.invalid',
  'identity.password_too_short': 'identity.password.too_short',
  'identity.password_is_identifier': 'identity.password.is_identifier',
  'identity.password_common': 'identity.password.common',
};
