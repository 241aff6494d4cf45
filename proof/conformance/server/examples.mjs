// Every official example of a supported type: written, read back, and searched by each of its own search parameters.
import { asWritten, difference } from './json.mjs';
import { inOrder, personElements, readInstances, rewritten } from './corpus.mjs';
import { questionsOf, readParameters, speaksOf } from './parameters.mjs';

const page = 500;

/** What the service says it offers: type -> {codes, created}. */
export async function offered(service) {
  const { json } = await service.fhir('GET', 'metadata');
  return new Map(
    json.rest[0].resource.map((each) => [
      each.type,
      {
        codes: new Set((each.searchParam ?? []).map((parameter) => parameter.name)),
        created: each.interaction.some((interaction) => interaction.code === 'create'),
      },
    ]),
  );
}

const reasonOf = (answer) =>
  (answer.json?.issue ?? [])
    .map((issue) => `${issue.expression?.join(' ') ?? ''}: ${issue.diagnostics ?? issue.details?.text ?? issue.code}`)
    .join('; ') || answer.text.slice(0, 200);

async function write(service, instances, person, elements) {
  const written = new Map();
  const kept = [];
  let accepted = 0;
  const refused = [];
  const different = [];
  for (const instance of inOrder(instances)) {
    const sent = rewritten(instance, person, written, elements);
    const { resourceType: type } = sent;
    const answer = await service.fhir('POST', type, sent);
    if (answer.status !== 201) {
      refused.push({ name: instance.name, status: answer.status, reason: reasonOf(answer) });
      continue;
    }
    ++accepted;
    const id = answer.json.id;
    written.set(`${type}/${instance.resource.id}`, id);
    const read = await service.fhir('GET', `${type}/${id}`);
    const at = read.status === 200 ? difference(asWritten(sent), asWritten(read.json)) : `${read.status} ${reasonOf(read)}`;
    if (at !== undefined) different.push({ name: instance.name, at });
    if (read.status === 200) kept.push({ name: instance.name, type, id, sent: asWritten(sent), stored: read.json });
  }
  return { accepted, kept, refused, different };
}

/** Is `id` among all the pages of this search? Otherwise what was answered. `others` learns of every match. */
async function isFound(service, target, id, others) {
  let found = false;
  for (let next = target; next !== undefined;) {
    const answer = await service.fhir('GET', next);
    if (answer.status !== 200) return `${answer.status} ${reasonOf(answer)}`;
    const unknown = answer.json.entry?.find((each) => each.search?.mode === 'outcome');
    if (unknown) return `told: ${unknown.resource.issue?.[0]?.diagnostics}`;
    const matches = (answer.json.entry ?? []).filter((each) => each.search?.mode === 'match').map((each) => each.resource.id);
    found ||= matches.includes(id);
    others?.(matches);
    const link = answer.json.link?.find((each) => each.relation === 'next')?.url;
    next = link?.slice(link.indexOf('/fhir/R4/') + 9);
  }
  return found ? undefined : 'not among the matches';
}

const common = (item) => [
  { name: '_id', value: item.id },
  { name: '_lastUpdated', value: item.stored.meta.lastUpdated },
  ...(item.sent.meta?.tag ?? []).map((tag) => ({ name: '_tag', value: `${tag.system ?? ''}|${tag.code}` })),
  ...(item.sent.meta?.profile ?? []).map((profile) => ({ name: '_profile', value: profile })),
  ...(item.sent.meta?.security ?? []).map((label) => ({ name: '_security', value: `${label.system ?? ''}|${label.code}` })),
];

// A match must have something that the parameter speaks of.
function judgeMatches(item, parameter, name, byId, seen) {
  if (parameter === undefined) return undefined;
  return (ids) => {
    for (const other of ids.map((id) => byId.get(id)))
      if (other !== undefined && other !== item && !speaksOf(other.sent, parameter))
        seen.wrong.add(`${other.name} by ${item.type}?${name}`);
  };
}

async function ask(service, item, types, parameters, person, byId, seen) {
  const { codes } = types.get(item.type);
  const questions = common(item);
  for (const parameter of parameters.values()) {
    if (parameter.code.startsWith('_') || !parameter.base.includes(item.type)) continue;
    const own = questionsOf(item.sent, parameter, parameters);
    if (own.length === 0) continue;
    if (codes.has(parameter.code)) questions.push(...own.map((each) => ({ ...each, parameter })));
    else seen.absent.add(`${item.type}.${parameter.code}`);
  }
  // By the compartment, or by the parameter that names the person: in turns, where the type has it and this item says it.
  const named = questions.some((each) => each.name === 'patient');
  for (const [i, { name, value, parameter }] of questions.entries()) {
    const start = named && i % 2 === 0 ? `${item.type}?patient=Patient/${person}&` : `Patient/${person}/${item.type}?`;
    const query = `${start}${encodeURIComponent(name)}=${encodeURIComponent(value)}&_count=${page}`;
    const missed = await isFound(service, query, item.id, judgeMatches(item, parameter, name, byId, seen));
    ++seen.asked;
    if (missed !== undefined)
      seen.missed.push({ name: item.name, query: query.replaceAll(person, '{person}').slice(0, 240), missed: missed.slice(0, 240) });
  }
}

/**
 * The figures, and lists of what was refused, came back otherwise or was not found. `folder`: of R4, which says the search
 * parameters; `from`: where the instances are; `every`: one instance in so many; `made`: from types to
 * instances that come from no folder.
 */
export async function proveExamples(service, folder, person, { every = 1, from = folder, made } = {}) {
  const types = await offered(service);
  const created = new Set([...types].filter(([, offers]) => offers.created).map(([type]) => type));
  created.delete('DocumentReference'); // documents have a road of their own
  created.delete('Binary');
  const parameters = readParameters(folder);
  const instances = (made ? made(created) : readInstances(from, created)).filter((_, i) => i % every === 0);
  const { accepted, kept, refused, different } = await write(service, instances, person, personElements(parameters));
  const seen = { asked: 0, missed: [], absent: new Set(), wrong: new Set() };
  const byId = new Map(kept.map((each) => [each.id, each]));
  await Promise.all(
    [0, 1, 2, 3].map(async (lane) => {
      for (let i = lane; i < kept.length; i += 4) await ask(service, kept[i], types, parameters, person, byId, seen);
    }),
  );
  return {
    instances: instances.length,
    types: created.size,
    accepted,
    refused,
    different,
    ...seen,
    absent: [...seen.absent].sort(),
    wrong: [...seen.wrong].sort(),
  };
}
