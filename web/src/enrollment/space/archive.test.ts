import { expect, it } from 'vitest';
import { archiveEnd } from './archive';

it('announces ten years, leap days included', () => {
  expect(archiveEnd('2025-03-04')).toBe('2035-03-04');
  expect(archiveEnd('2024-02-29')).toBe('2034-02-28');
  expect(archiveEnd('2038-02-29')).toBe('2048-02-29');
  expect(archiveEnd('')).toBeNull();
});
