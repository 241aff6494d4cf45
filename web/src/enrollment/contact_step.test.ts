import { expect, it } from 'vitest';
import { addressMistake } from './contact_step';

it('knows a telephone and an e-mail from what is plainly neither', () => {
  expect(addressMistake('sms', '06 12 34 56 78')).toBeNull();
  expect(addressMistake('voice', '02.99.12.34.56')).toBeNull();
  expect(addressMistake('sms', '+262 692 12 34 56')).toBeNull();
  expect(addressMistake('sms', '06 12 34')).toBe('phone');
  expect(addressMistake('voice', 'nadia@exemple.fr')).toBe('phone');
  expect(addressMistake('email', ' nadia@exemple.fr ')).toBeNull();
  expect(addressMistake('email', 'nadia@exemple')).toBe('email');
  expect(addressMistake('email', '')).toBe('email');
});
