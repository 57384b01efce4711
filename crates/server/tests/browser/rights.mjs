// What a holder settles: an emergency contested, the record through another's eyes, what is said for later, closing.
import { atWork, brokeGlass, declared, find, logIn, represents } from './scenes.mjs';

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
  await steering(walk, other);
  await documents(visitor);
  await settings(visitor);
  await another(walk, visitor, odile);
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

// Who reviews emergencies, and who runs the service: they see nobody's record.
async function steering(walk, doctor) {
  const reviewer = await walk.visitor(walk.actor((it) => it.kind === 'reviewer'));
  await reviewer.go(`${walk.demo.steer}/`);
  await reviewer.seen('steer-reviews', 'The reviewer’s queue: who came in, when, the situation; nobody’s name', { says: doctor.name });
  await reviewer.leads(() => reviewer.page.locator('button[value="inquiry"]').first().click());
  await reviewer.seen('steer-reviewed', 'A word on one of them', { says: 'Réponse enregistrée' });
  await reviewer.leads(() => reviewer.page.locator('button[value="justified"]').first().click());
  await reviewer.seen('steer-reviews-none', 'Nothing waits', { says: 'Rien à relire' });
  const administrator = await walk.visitor(walk.actor((it) => it.kind === 'administrator'));
  await administrator.go(`${walk.demo.steer}/`);
  await administrator.page.locator('summary').click();
  await administrator.seen('steer-rates', 'Emergencies by organisation, and how the rate is made', { says: 'Urgences par établissement' });
  await administrator.go(`${walk.demo.steer}/reviews`);
  await administrator.seen('steer-denied', 'The queue is the reviewer’s alone', { status: 403, says: 'pas permis' });
  for (const visitor of [reviewer, administrator]) await visitor.close();
}

// What becomes of a document: one's own, and one that is wrong.
async function documents(visitor) {
  await visitor.go('/spaces/personnel');
  await visitor.follow('main a[href="/settings/document"]');
  await visitor.fill({ title: 'Mes volontés', text: 'Je souhaite rester chez moi.' });
  await visitor.submit('/settings/document');
  await visitor.seen('document-own', 'A document of one’s own, and what else can be done with it', { says: 'Autres actions' });
  await visitor.follow('a[href$="/archive"]');
  await visitor.seen('archive', 'Before archiving: what it does', { says: 'Rien n’est effacé' });
  await visitor.submit('/archive');
  await visitor.seen('archived', 'Archived, and the way back beside it', { says: 'Document archivé' });
  await visitor.submit('/unarchive');
  await visitor.follow('a[href$="/delete"]');
  await visitor.seen('delete', 'Before deleting: what goes, and for how long it can come back', { says: 'trente jours' });
  await visitor.submit('/delete');
  await visitor.seen('deleted', 'Deleted: what can be restored, and until when', { says: 'À rétablir avant' });
  await visitor.submit('/restore');
  await visitor.seen('restored', 'It is back', { says: 'Document rétabli' });
  await visitor.go('/documents/deleted');
  await visitor.seen('deleted-none', 'Nothing to restore', { says: 'Rien à rétablir' });
  await visitor.go('/documents');
  await visitor.leads(() => visitor.page.locator('.line > a').filter({ hasNotText: 'ajouté par vous' }).first().click());
  await visitor.follow('a[href$="/dispute"]');
  await visitor.seen('dispute', 'Before saying that a document is wrong: who is told, what stays', { says: 'l’a déposé' });
  await visitor.submit('/dispute');
  await visitor.seen('disputed', 'Said to be wrong, and not answered yet', { says: 'pas encore répondu' });
  await visitor.go('/documents');
  await visitor.seen('documents-disputed', 'Flagged in the list', { says: 'contesté' });
}

// From one's own record to that of somebody one acts for, and back.
async function another(walk, visitor, odile) {
  const child = walk.demo.patients.find((it) => it.birth_date > '2010' && it.record === 'open');
  await represents(walk, child, odile);
  await visitor.go('/records');
  await visitor.seen('whose-two', 'One’s own record, and that of a child one acts for', { says: 'Vous agissez pour' });
  await visitor.submit('/records/change');
  await visitor.seen('another-home', 'The child’s record: whose it is, coloured, on every page', { says: 'Vous agissez pour' });
  await visitor.follow('a.whose');
  await visitor.submit('/records/change');
  await visitor.seen('another-back', 'Back in one’s own', { says: 'Bonjour' });
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
