// What the cases by the text of R4 share: `s` is the service, with the person that they write about.
import assert from 'node:assert/strict';
import { weightOf } from './shapes.mjs';

export const outcome = (answer) => {
  assert.equal(answer.json?.resourceType, 'OperationOutcome', `${answer.status} ${answer.text.slice(0, 200)}`);
  assert.ok(answer.json.issue.length > 0 && answer.json.issue[0].severity && answer.json.issue[0].code);
  return answer;
};
export const is = (answer, status) => {
  assert.equal(answer.status, status, answer.text.slice(0, 300));
  if (status >= 400) outcome(answer);
  return answer;
};
export const version = (answer) => answer.json.meta.versionId;

export async function made(s, more = {}) {
  const answer = await s.fhir('POST', 'Observation', weightOf(s.person, 70, more));
  is(answer, 201);
  return answer.json.id;
}
