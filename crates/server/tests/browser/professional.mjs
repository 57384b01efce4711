// The professional: two ways in, and one from practice software, a person found by number, refused, authorised, read, fed, masked, blocked.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { atWork, documents, fillDeposit, find, image, logIn, opened } from './scenes.mjs';

export default async function professional(walk) {
  const odile = walk.patient('odile.demo');
  // who looks after most of the town
  const regular = walk.demo.town.reduce((most, it) => (it.documents > most.documents ? it : most));
  const doctor = walk.actor((it) => it.name === regular.attending);
  await waysIn(walk);
  await openedBySoftware(walk);
  const visitor = await walk.visitor(doctor);
  await visitor.go('/pro/login');
  await visitor.seen('login-card', 'A professional’s card is recognised', { says: doctor.name });
  await visitor.submit('/pro/login/certificate');
  await visitor.seen('find', 'To find somebody by their number; in the demo, whom one could look for', { says: 'Trouver un patient' });
  await finding(walk, visitor);
  await places(walk);
  await own(visitor, regular);
  await authorised(visitor, odile);
  await deposits(walk, visitor);
  await managed(walk, visitor, odile);
  await accesses(visitor);
  await blocked(walk, visitor, odile, doctor);
  await refusals(walk, visitor);
  await visitor.go('/pro');
  await visitor.submit('/pro/logout');
  await visitor.seen('left', 'Logged out', { says: 'Vous êtes déconnecté' });
}

async function waysIn(walk) {
  const doctor = walk.actor((it) => it.role === '10');
  const visitor = await walk.visitor();
  await visitor.go('/pro/login');
  await visitor.seen('login', 'Two ways in; this browser shows no card');
  await visitor.follow('a[href^="/pro/login/provider"]');
  await visitor.seen('provider', 'The demo’s identity provider: whose part to take');
  await visitor.leads(() => visitor.page.locator(`button[name="who"][value="${doctor.id}"]`).click());
  await visitor.seen('find-provider', 'Come in by the provider', { says: doctor.name });
  await visitor.go('/pro/login/callback?code=none&state=none');
  await visitor.seen('login-failed', 'An answer of the provider that is not for this browser', { status: 403, says: 'La connexion n’a pas abouti' });
  const agent = await walk.visitor(walk.actor((it) => it.kind === 'agent'));
  await agent.go('/pro/login');
  await agent.submit('/pro/login/certificate');
  await agent.seen('not-professional', 'An agent’s card is no professional’s', { status: 403, says: 'réservé aux professionnels' });
}

// Practice software has a window of its own, another site: the browser is here, proved, on the patient's page.
async function openedBySoftware(walk) {
  const visitor = await walk.visitor(walk.actor((it) => it.role === '10'));
  const onward = `${walk.demo.portal}/pro/open`;
  const posted = async (turn) => {
    const vihf = readFileSync(join(walk.data, `opening-${turn}.b64`), 'utf8');
    await visitor.page.goto('about:blank');
    await visitor.page.setContent(`<form method="post" action="${onward}"><input type="hidden" name="vihf" value="${vihf}"><button>Ouvrir</button></form>`);
    await visitor.leads(() => visitor.page.locator('button').click());
  };
  // it leads on by itself: held, to be looked at
  const held = (route) => (route.request().method() === 'GET' ? route.abort('aborted') : route.continue());
  await visitor.context.route(onward, held);
  await posted(1);
  await visitor.seen('opening', 'Practice software opens the portal on a patient', { says: 'Cabinet fictif' });
  await visitor.context.unroute(onward, held);
  await visitor.follow('main a.button');
  await visitor.seen('opening-patient', 'Where it leads: this doctor was not let in yet', { says: 'Déclarer l’autorisation' });
  await posted(2);
  await visitor.page.waitForURL(/\/pro\/records\//);
  await visitor.seen('opening-again', 'The next one, not held: the browser goes there by itself', { says: 'Déclarer l’autorisation' });
  await posted(2);
  await visitor.seen('opening-used', 'The same once more', { status: 403, says: 'a déjà servi' });
  await visitor.close();
}

async function finding(walk, visitor) {
  await find(visitor, '12');
  await visitor.seen('find-shape', 'A number too short', { says: '15 caractères' });
  await find(visitor, '279035121518988', 'INS-NIR');
  await visitor.seen('find-key', 'A number whose key is wrong', { says: 'La clé' });
  await find(visitor, walk.patient('maelys.demo').ins);
  await visitor.seen('access-absent', 'Nobody of that number has a record', { says: 'Aucun carnet' });
}

// Somebody who works in two houses says from which they act.
async function places(walk) {
  const visitor = await atWork(walk, walk.actor((it) => it.cert.includes('doctor-2')));
  await visitor.seen('find-places', 'Somebody who works in two houses chooses from which they act', { says: 'Lieu d’exercice' });
  await visitor.page.locator('input[name="place"]:not(:checked)').check();
  await visitor.submit('/pro/place');
  await visitor.seen('place-changed', 'They act from the other now', { says: 'Votre lieu d’exercice a changé' });
  await visitor.close();
}

async function own(visitor, regular) {
  await find(visitor, regular.ins);
  await visitor.seen('record', 'The record of somebody one looks after: what is new, then everything');
  await visitor.leads(() => visitor.page.locator('.pro-spaces li:not(.is-empty) a').nth(1).click());
  await visitor.seen('record-space', 'One space of it');
  await visitor.fill({ q: 'bilan' });
  await visitor.leads(() => visitor.page.locator('.pro-search button').click());
  await visitor.seen('record-search', 'A search in it');
  await visitor.fill({ q: 'marmotte' });
  await visitor.leads(() => visitor.page.locator('.pro-search button').click());
  await visitor.seen('record-search-none', 'A search that finds nothing', { says: 'Aucun document' });
  await visitor.leads(() => visitor.page.locator('main a').filter({ hasText: 'Tout montrer' }).first().click());
  const record = visitor.page.url().split('?')[0];
  await visitor.leads(() => visitor.page.locator('.line > a').first().click());
  await visitor.seen('document-regular', 'A document, beside those of its space');
  await visitor.go(`${record}/accesses`);
  await visitor.seen('accesses-all', 'Who looked, as the attending doctor sees it');
  await visitor.go(`${record}/access`);
  await visitor.seen('access-attending', 'One’s own right: attending doctor', { says: 'médecin traitant' });
}

async function authorised(visitor, patient) {
  await find(visitor, patient.ins);
  await visitor.seen('access-none', 'Not authorised: what the patient can do, and what one may declare', { says: 'Déclarer l’autorisation' });
  await visitor.submitAnyway('/authorise');
  await visitor.seen('access-unsaid', 'The sentence was not affirmed: nothing is recorded', { says: 'Rien n’est enregistré sans cela' });
  await visitor.page.check('#affirm');
  await visitor.submit('/authorise');
  await visitor.seen('record-authorised', 'Authorised just now', { says: 'L’autorisation est enregistrée' });
  const record = visitor.page.url();
  const found = await documents(visitor);
  await visitor.go(found.html);
  await visitor.seen('document', 'A letter, and why one sees it', { says: 'le titulaire vous a autorisé' });
  await visitor.go(found.pdf);
  await visitor.settled();
  await visitor.seen('document-pdf', 'A PDF, in a frame of its own');
  await visitor.go(record);
}

async function deposits(walk, visitor) {
  const record = visitor.page.url();
  await visitor.follow('a[href$="/deposit"]');
  await visitor.seen('deposit', 'A deposit, empty');
  await visitor.page.fill('#date', '');
  await visitor.submitAnyway('/deposit');
  await visitor.seen('deposit-empty', 'Sent empty: what to correct, beside each field', { status: 422, says: 'À corriger' });
  await fillDeposit(visitor, 'Consultation du matin', { name: 'x.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.4 abcd') });
  await visitor.page.fill('#date', '2026-11-02');
  await visitor.submit('/deposit');
  await visitor.seen('deposit-damaged', 'A damaged PDF is not taken', { status: 422, says: 'Ce PDF ne s’ouvre pas' });
  await fillDeposit(visitor, 'Radiographie du genou, face', await image(walk));
  await visitor.seen('deposit-filled', 'Filled again, before it is sent', { status: 422 });
  await visitor.submit('/deposit');
  await visitor.seen('deposited', 'It is in the record', { says: 'Le document est déposé' });
  await visitor.leads(() => visitor.page.locator('.line > a').filter({ hasText: 'Radiographie du genou, face' }).first().click());
  await visitor.settled();
  await visitor.seen('document-own', 'One’s own deposit, an image', { says: 'vous l’avez déposé' });
  await visitor.submit('/mask');
  await visitor.settled();
  await visitor.seen('document-own-masked', 'Masked, as the patient asked', { says: 'masqué aux autres' });
  await changes(walk, visitor);
  await visitor.go(record);
}

// One's own document is replaced, and what replaced it is completed.
async function changes(walk, visitor) {
  const old = visitor.page.url();
  await visitor.follow('a[href*="/deposit?replace="]');
  await visitor.seen('replace', 'What replaces one’s own document', { says: 'prend la place de celui-ci' });
  await fillDeposit(visitor, 'Radiographie du genou, face et profil', await image(walk));
  await visitor.submit('/deposit');
  await visitor.seen('replaced', 'It took its place', { says: 'Le document est remplacé' });
  await visitor.go(old);
  await visitor.seen('document-replaced', 'At the address of what was replaced: where the newer one is');
  await visitor.follow('.state a');
  await visitor.follow('a[href*="/deposit?append="]');
  await visitor.seen('append', 'What is added to one’s own document', { says: 's’ajoute à celui-ci' });
  await fillDeposit(visitor, 'Radiographie du genou, seconde lecture', await image(walk));
  await visitor.submit('/deposit');
  await visitor.seen('appended', 'It stands beside it', { says: 'Le complément est déposé' });
}

// One's own document announced, archived, deleted and restored; one the patient says is wrong, answered.
async function managed(walk, visitor, patient) {
  const record = visitor.page.url();
  const title = 'Radiographie du poignet';
  await visitor.follow('a[href$="/deposit"]');
  await fillDeposit(visitor, title, await image(walk));
  await visitor.page.check('input[name="who"][value="announce"]');
  await visitor.submit('/deposit');
  await visitor.seen('record-hidden', 'To be announced: the patient does not see it yet', { says: 'à annoncer' });
  await visitor.leads(() => visitor.page.locator('.line > a').filter({ hasText: title }).first().click());
  await visitor.settled();
  await visitor.seen('document-hidden', 'Its page: until when, and the way to show it', { says: 'À annoncer' });
  await visitor.follow('a[href$="/announce"]');
  await visitor.seen('announce', 'Before showing it to the patient: what it does', { says: 'Cela ne se défait pas' });
  await visitor.submitAnyway('/announce');
  await visitor.seen('announce-unsaid', 'Nothing was declared: nothing changes', { status: 422, says: 'Choisissez' });
  await visitor.page.check('#announced');
  await visitor.submit('/announce');
  await visitor.settled();
  await visitor.seen('announced', 'The patient sees it', { says: 'Le patient voit désormais' });
  const path = visitor.page.url();
  await visitor.follow('a[href$="/archive"]');
  await visitor.seen('archive', 'Before archiving: what it does', { says: 'Rien n’est effacé' });
  await visitor.submit('/archive');
  await visitor.settled();
  await visitor.seen('archived', 'Archived, and the way back', { says: 'Document archivé' });
  await visitor.go(`${record}?old=1`);
  await visitor.seen('record-old', 'What was replaced or archived', { says: 'pour mémoire' });
  await visitor.go(path);
  await visitor.submit('/unarchive');
  await visitor.follow('a[href$="/delete"]');
  await visitor.seen('delete', 'Before deleting: what goes, and for how long it can come back', { says: 'trente jours' });
  await visitor.submit('/delete');
  await visitor.seen('deleted', 'Deleted: what can be restored', { says: 'À rétablir avant' });
  await visitor.submit('/restore');
  await disputed(walk, patient, title);
  await visitor.go(path);
  await visitor.settled();
  await visitor.seen('document-disputed', 'The patient says that it is wrong', { says: 'attend votre réponse' });
  await visitor.follow('a[href$="/answer"]');
  await visitor.seen('answer', 'What its depositor answers', { says: 'Je maintiens' });
  await visitor.page.check('#upheld');
  await visitor.submit('/answer');
  await visitor.settled();
  await visitor.seen('answered', 'Answered', { says: 'maintient ce document' });
  await visitor.go(record);
}

async function disputed(walk, patient, title) {
  const holder = await walk.visitor();
  await logIn(walk, holder, patient);
  await holder.go('/documents');
  await holder.leads(() => holder.page.locator('.line > a').filter({ hasText: title }).first().click());
  await holder.follow('a[href$="/dispute"]');
  await holder.submit('/dispute');
  holder.noises(0);
  await holder.close();
}

async function accesses(visitor) {
  const record = visitor.page.url();
  await visitor.follow('a[href$="/accesses"]');
  await visitor.page.locator('.timeline summary').first().click();
  await visitor.seen('accesses-own', 'What one did in this record, as the patient reads it', { says: 'déposé' });
  await visitor.go(`${record}/access`);
  await visitor.seen('access-valid', 'One’s own right, and how to end it', { says: 'Vous êtes autorisé' });
  await visitor.page.check('#affirm');
  await visitor.submit('/authorise');
  await visitor.seen('attending-declared', 'Declared as attending doctor: the patient is asked', { says: 'invité à confirmer' });
  await visitor.go(`${record}/access`);
  await visitor.seen('access-pending', 'It waits for the patient’s answer', { says: 'pas encore confirmé' });
  await visitor.submit('/revoke');
  await visitor.seen('revoked', 'One ended one’s own right', { says: 'a pris fin' });
}

async function blocked(walk, visitor, patient, doctor) {
  const holder = await walk.visitor();
  await logIn(walk, holder, patient);
  await holder.go(`/access/block?person=${doctor.id}`);
  await holder.submit('/access/block');
  await holder.close();
  await find(visitor, patient.ins);
  await visitor.seen('access-blocked', 'The holder blocked this doctor, who may still feed', { says: 'a bloqué votre accès' });
}

async function refusals(walk, visitor) {
  await opened(walk);
  const maelys = walk.patient('maelys.demo');
  await find(visitor, maelys.ins);
  await visitor.page.check('#affirm');
  await visitor.submit('/authorise');
  await visitor.seen('record-empty', 'A record with nothing in it', { says: 'Aucun document' });
  const record = visitor.page.url();
  await visitor.go(`${record}/documents/${'0'.repeat(26)}`);
  await visitor.seen('missing', 'A document that is not there, or not for this doctor', { status: 404, says: 'Il n’y a rien ici pour vous' });
  await visitor.go('/pro');
  await visitor.withoutToken('/pro/patients');
  await visitor.fill({ ins: maelys.ins });
  await visitor.submit('/pro/patients');
  await visitor.seen('foreign', 'A form that does not carry this page’s token', { status: 403 });
  const stranger = await atWork(walk, walk.actor((it) => it.role === '60'));
  await stranger.go(record);
  await stranger.seen('denied', 'A nurse who was not authorised, at an address somebody gave them', { status: 403, says: 'pas ouvert' });
  // many records in a short while, or a word of those who watch: the same page
  const nurse = walk.actor((it) => it.role === '60');
  await walk.steer(walk.actor((it) => it.kind === 'administrator'), '/switches/off', { person: nurse.id });
  await stranger.go(record);
  await stranger.seen('too-many', 'Too much was asked for', { status: 429, says: 'Trop de demandes' });
}
