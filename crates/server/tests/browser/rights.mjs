// What a holder settles: an emergency contested, the record through another's eyes, what is said for later, closing.
import { atWork, brokeGlass, declared, find, logIn } from './scenes.mjs';

export default async function rights(walk) {
  const doctor = walk.actor((it) => it.role === '10');
  const other = walk.actor((it) => it.role === '10' && it.cert.includes('doctor-2'));
  const odile = walk.patient('odile.demo');
  await declared(walk, doctor, odile);
  await brokeGlass(walk, other, odile);
  const visitor = await walk.visitor();
  await logIn(walk, visitor, odile);
  await emergency(visitor);
  await eyes(visitor, doctor, other);
  await notice(walk);
  await glass(walk, other, odile);
  await settings(visitor);
  await closing(visitor);
}

// The link of a notice: the same page for a good one and for one that nobody was sent.
async function notice(walk) {
  const visitor = await walk.visitor();
  await visitor.go(`/r/${'0'.repeat(52)}`);
  await visitor.seen('restrict', 'The link of a notice: to block, or to contest', { says: 'ne montre rien' });
  await visitor.page.check('input[value="block"]');
  await visitor.leads(() => visitor.page.locator('main form button').click());
  await visitor.seen('restricted', 'Confirmed, whatever the link was', { says: 'C’est noté' });
}

async function emergency(visitor) {
  await visitor.go('/trace?kind=emergency');
  await visitor.page.locator('.timeline summary').first().click();
  await visitor.seen('trace-emergency', 'An emergency access, opened: why, and the way to contest it', { says: 'Ce n’était pas une urgence' });
  await visitor.follow('.timeline details[open] a[href$="/contest"]');
  await visitor.seen('contest', 'Before contesting: what it does', { says: 'Ce n’était pas une urgence' });
  await visitor.submit('/contest');
  await visitor.seen('contested', 'It goes back to a reviewer', { says: 'Accès contesté' });
}

async function eyes(visitor, doctor, other) {
  await visitor.go('/access');
  await visitor.follow('a[href="/see-as"]');
  await visitor.seen('see-as', 'Through whose eyes: who has rights here, a profession, a number', { says: doctor.name });
  await visitor.follow(`a[href="/see-as?person=${doctor.id}"]`);
  await visitor.seen('seen-as', 'The record as this doctor sees it', { says: 'par les yeux de' });
  await visitor.leads(() => visitor.page.locator('.line > a').first().click());
  await visitor.seen('why', 'Why this doctor sees a document: the rule, in words', { says: 'peut voir ce document' });
  await visitor.go(`/see-as?person=${other.id}`);
  await visitor.seen('seen-as-nothing', 'Somebody who was not let in sees nothing, and who may change that', { says: 'ne verrait aucun' });
  await visitor.go('/see-as?person=899799999992');
  await visitor.seen('see-as-unknown', 'A number the directory does not know', { status: 422, says: 'annuaire' });
}

// A doctor who was not let in, in a browser: what is declared, the band, the end.
async function glass(walk, doctor, patient) {
  const visitor = await atWork(walk, doctor);
  await find(visitor, patient.ins);
  await visitor.follow('a[href$="/emergency"]');
  await visitor.seen('pro-emergency', 'Access in an emergency: two declarations, a reason, who it is', { says: 'hors d’état' });
  const at = patient.name.indexOf(' ');
  await visitor.page.check('#cannot');
  await visitor.page.check('#risk');
  await visitor.fill({ reason: 'Retrouvée inconsciente', family: 'Personne', given: patient.name.slice(0, at), born: patient.birth_date });
  await visitor.submit('/emergency');
  await visitor.seen('pro-emergency-refused', 'The name does not match', { status: 422, says: 'est refusé' });
  await visitor.fill({ family: patient.name.slice(at + 1) });
  await visitor.submit('/emergency');
  await visitor.seen('pro-emergency-record', 'The record under the band of the emergency', { says: 'Accès en urgence' });
  await visitor.leads(() => visitor.page.locator('.line > a').first().click());
  await visitor.seen('pro-emergency-document', 'A document under the band', { says: 'Accès en urgence' });
  await visitor.submit('/emergency/end');
  await visitor.seen('pro-emergency-ended', 'The emergency is over', { says: 'est terminé' });
}

async function settings(visitor) {
  await visitor.go('/settings');
  await visitor.seen('settings', 'What one settles oneself, one thing a page');
  await visitor.go('/settings/notices');
  await visitor.seen('setting-notices', 'Of what one is told');
  await visitor.page.check('#every');
  await visitor.submit('/settings/notices');
  await visitor.seen('settings-done', 'It is noted', { says: 'C’est enregistré' });
  await visitor.go('/settings/contacts');
  await visitor.fill({ phone: 'trois' });
  await visitor.submitAnyway('/settings/contacts');
  await visitor.seen('setting-contacts', 'Contacts that cannot be read', { status: 422, says: 'ne se lit pas' });
  await visitor.go('/settings/call');
  await visitor.fill({ name: 'Lou Martin', phone: '06 00 00 00 00' });
  await visitor.leads(() => visitor.page.locator('.panel form button').click());
  await visitor.seen('setting-call', 'Whom to call', { says: 'Lou Martin' });
  await visitor.go('/settings/trusted');
  await visitor.fill({ name: 'Lou Martin' });
  await visitor.leads(() => visitor.page.locator('.panel form button').click());
  await visitor.seen('setting-trusted', 'A trusted person, not signed', { says: 'non signée' });
  await visitor.go('/settings/donation');
  await visitor.seen('setting-donation', 'A position on organ donation, under the notice', { says: 'registre national' });
  await visitor.go('/settings/notes');
  await visitor.fill({ text: 'Demander au pharmacien pour le vaccin.' });
  await visitor.submit('/settings/notes');
  await visitor.seen('setting-notes', 'A note', { says: 'Demander au pharmacien' });
  await visitor.go('/settings/document');
  await visitor.seen('setting-document', 'A document of one’s own');
  await visitor.follow('a.whose');
  await visitor.seen('whose', 'Whose record this is');
}

async function closing(visitor) {
  await visitor.go('/settings/close');
  await visitor.seen('close', 'Before closing: what goes, what stays', { says: 'immédiate' });
  await visitor.page.check('#sure');
  await visitor.submit('/settings/close');
  await visitor.seen('closed', 'A closed record: certificate, trace, reopening', { says: 'Certificat de fermeture', print: true });
  await visitor.page.check('#consent');
  await visitor.submit('/closed/reopen');
  await visitor.seen('reopened', 'Open again', { says: 'rouvert' });
}
