// What several journeys begin with: who logs in, what others did before, what files they send.
import { readFileSync } from 'node:fs';

// LOINC: diagnostic imaging report.
const IMAGING = '18748-4';
const OPENING = new URL('../../../../docs/samples/opening.json', import.meta.url);

// Password, then the code from the outbox.
export async function logIn(walk, visitor, { login, password }) {
  const before = await walk.lastMessage();
  await visitor.go('/login');
  await visitor.fill({ login, password });
  await visitor.submit('/login');
  await visitor.fill({ code: await walk.wordAfter(before, 'code d\'accès est ') });
  await visitor.submit('/login/code');
}

// A counter opens the record of somebody who had none; the letter's secrets.
export async function opened(walk) {
  const before = await walk.lastMessage();
  const agent = walk.actor((it) => it.kind === 'agent');
  await walk.care(agent, '/fhir/Patient/$open-record', JSON.parse(readFileSync(OPENING)));
  const login = await walk.wordAfter(before, 'Identifiant : ');
  return { login, password: await walk.wordAfter(before, 'Mot de passe temporaire : ') };
}

// A doctor's software says that they are authorised, and the attending doctor.
export function declared(walk, doctor, patient) {
  return walk.care(doctor, '/fhir/Patient/$authorise', {
    resourceType: 'Parameters',
    parameter: [
      { name: 'patient', valueIdentifier: { system: `urn:oid:${patient.oid}`, value: patient.ins } },
      { name: 'action', valueCode: 'AJOUT' },
      { name: 'attending', valueBoolean: true },
    ],
  });
}

// A doctor's software breaks the glass.
export function brokeGlass(walk, doctor, patient) {
  const at = patient.name.indexOf(' ');
  const said = (name, valueString) => ({ name, valueString });
  return walk.care(doctor, '/fhir/Patient/$break-glass', {
    resourceType: 'Parameters',
    parameter: [
      { name: 'patient', valueIdentifier: { system: `urn:oid:${patient.oid}`, value: patient.ins } },
      said('given', patient.name.slice(0, at)),
      said('family', patient.name.slice(at + 1)),
      { name: 'birth-date', valueDate: patient.birth_date },
      said('reason', 'Retrouvée inconsciente sur la voie publique'),
      { name: 'declaration', valueBoolean: true },
    ],
  });
}

// A counter records, on proof, that somebody with a record of their own acts for a child.
export function represents(walk, child, guardian) {
  const identifier = (it) => ({ system: `urn:oid:${it.oid}`, value: it.ins });
  const said = (name, valueString) => ({ name, valueString });
  const at = guardian.name.indexOf(' ');
  return walk.care(walk.actor((it) => it.kind === 'agent'), '/fhir/Patient/$representative', {
    resourceType: 'Parameters',
    parameter: [
      { name: 'patient', valueIdentifier: identifier(child) },
      said('action', 'ADD'),
      said('kind', 'guardian'),
      said('given', guardian.name.slice(0, at)),
      said('family', guardian.name.slice(at + 1)),
      said('proved-by', 'Jugement de tutelle'),
      { name: 'own', valueIdentifier: identifier(guardian) },
    ],
  });
}

// A professional's browser with their certificate, past the login.
export async function atWork(walk, actor) {
  const visitor = await walk.visitor(actor);
  await visitor.go('/pro/login');
  await visitor.submit('/pro/login/certificate');
  return visitor;
}

export async function find(visitor, ins, authority = 'INS-NIR-TEST') {
  await visitor.go('/pro');
  await visitor.fill({ ins });
  await visitor.page.selectOption('#authority', authority);
  await visitor.submit('/pro/patients');
}

// The form of a deposit, filled; sent by the caller.
export async function fillDeposit(visitor, title, file) {
  await visitor.page.setInputFiles('#file', file);
  await visitor.page.selectOption('#kind', IMAGING);
  await visitor.fill({ title });
}

const DRAWING = `<!doctype html><title>Image</title><style>body{margin:0;background:#000}</style>
<svg xmlns="http://www.w3.org/2000/svg" width="720" height="900" viewBox="0 0 720 900"><defs><radialGradient id="g">
<stop offset="0" stop-color="#f4f4f4"/><stop offset="1" stop-color="#4a4a4a"/></radialGradient></defs>
<path d="M270 0h170l-14 330q50 30 40 80-40 44-110 44t-114-44q-8-50 42-80z" fill="url(#g)"/>
<path d="M246 500q110-34 226 0 10 50-34 76l-12 324H284l-6-324q-44-30-32-76z" fill="url(#g)"/>
<path d="M470 520h44l-6 380h-34z" fill="#777"/><circle cx="356" cy="400" r="52" fill="#fff" opacity=".35"/>
<text x="24" y="44" fill="#ddd" font-family="sans-serif" font-size="24">Image inventée</text></svg>`;

// An image that shows nobody's knee.
export async function image(walk) {
  const context = await walk.browser.newContext({ viewport: { width: 720, height: 900 } });
  const page = await context.newPage();
  await page.setContent(DRAWING);
  const buffer = await page.screenshot({ type: 'jpeg', quality: 80 });
  await context.close();
  return { name: 'genou.jpg', mimeType: 'image/jpeg', buffer };
}

// What a browser shows of a document: `html`, `pdf`, `image`. The addresses on this page, by that.
export async function documents(visitor) {
  const paths = await visitor.page.$$eval('.line > a', (lines) => lines.map((it) => it.getAttribute('href')));
  const found = {};
  for (const path of paths) {
    await visitor.go(path);
    const shown = await visitor.page.getAttribute('.content', 'class');
    found[shown.split('content-')[1]] ??= path;
  }
  return found;
}
