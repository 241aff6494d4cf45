// generate.mjs FOLDER OUT: writes the tables of FHIR R4 as the C++ source OUT, from the official definitions in FOLDER.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { readTypes } from './model.mjs';
import { readCompartment, readSearchParameters } from './search.mjs';
import { cppTables } from './tables.mjs';
import { ValueSets } from './value_sets.mjs';

const [folder, out] = process.argv.slice(2);
const types = readTypes(folder);
const resources = types.filter((type) => type.family === 'resource' && !type.abstract);
const source = cppTables(types, new ValueSets(folder), readSearchParameters(folder, resources), readCompartment(folder));
mkdirSync(dirname(out), { recursive: true });
if (!existsSync(out) || readFileSync(out, 'utf8') !== source) writeFileSync(out, source);
