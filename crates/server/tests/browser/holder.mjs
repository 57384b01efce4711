// The holder: what it is, the first login and what can go wrong in it, a record with documents, who looked, who may
// see, and the ways out.
import { atWork, declared, documents, fillDeposit, find, image, logIn, opened } from './scenes.mjs';

export default async function holder(walk) {
  const doctor = walk.actor((it) => it.role === '10');
  const odile = walk.patient('odile.demo');
  await declared(walk, doctor, odile);
  await consultation(walk, doctor, odile);
  await firstLogin(walk);
  const visitor = await walk.visitor();
  await logIn(walk, visitor, odile);
  await home(visitor);
  await reading(visitor);
  await traces(visitor);
  await access(walk, visitor);
  await errors(visitor);
  const password = await account(visitor, odile);
  await leaving(walk, visitor, { ...odile, password });
}

// What the pages then tell of: a doctor read two documents and added an image.
async function consultation(walk, doctor, patient) {
  const visitor = await atWork(walk, doctor);
  await find(visitor, patient.ins);
  const record = visitor.page.url();
  await documents(visitor);
  await visitor.go(`${record}/deposit`);
  await fillDeposit(visitor, 'Radiographie du genou, face', await image(walk));
  await visitor.submit('/deposit');
  await visitor.leads(() => visitor.page.locator('.line > a').filter({ hasText: 'Radiographie du genou, face' }).first().click());
  await visitor.follow('a[href*="/deposit?replace="]');
  await fillDeposit(visitor, 'Radiographie du genou, face et profil', await image(walk));
  await visitor.submit('/deposit');
  visitor.noises(0);
  await visitor.close();
}

async function firstLogin(walk) {
  const visitor = await walk.visitor();
  await visitor.go('/');
  await visitor.seen('welcome', 'Nobody is logged in yet: what this is, and in the demo, as whom to come in');
  await visitor.follow('a[href="/login"]');
  await visitor.seen('login', 'The first of two steps: login and password');
  await visitor.fill({ login: ' ', password: ' ' });
  await visitor.submit('/login');
  await visitor.seen('login-empty', 'Nothing was written', { says: 'Écrivez votre identifiant' });
  await visitor.fill({ login: 'odile.demo', password: 'ce n’est pas le bon' });
  await visitor.submit('/login');
  await visitor.seen('code-asked', 'After a wrong password: the very page that follows a right one', { says: 'Code à 6 chiffres' });
  await visitor.fill({ code: '000000' });
  await visitor.submit('/login/code');
  await visitor.seen('code-wrong', 'A code that is not the right one', { says: 'ne convient pas' });
  for (let turn = 2; turn <= 5; turn += 1) {
    await visitor.fill({ code: '00000' + turn });
    await visitor.submit('/login/code');
  }
  await visitor.seen('code-five-wrong', 'Five wrong codes: nothing more is told, this attempt is dead', { says: 'recommencez' });

  const letter = await opened(walk);
  await visitor.go('/login');
  const before = await walk.lastMessage();
  await visitor.fill(letter);
  await visitor.submit('/login');
  await visitor.fill({ code: '12' });
  await visitor.submit('/login/code');
  await visitor.seen('code-short', 'A code of two digits', { says: 'Un code a 6 chiffres' });
  const code = await walk.wordAfter(before, 'code d\'accès est ');
  await visitor.inPopup('main a[href="/demo/outbox"]', () =>
    visitor.seen('outbox', 'The demo’s outbox, where the code can be read', { says: code }));
  await visitor.fill({ code });
  await visitor.submit('/login/code');
  await visitor.seen('password', 'The first login: the letter’s password was right, one’s own is chosen');
  await visitor.fill({ new: 'marée-tilleul-41', again: 'marée-tilleul-42' });
  await visitor.submit('/login/password');
  await visitor.seen('password-different', 'The two are not the same', { says: 'ne sont pas les mêmes' });
  await visitor.fill({ new: 'marée-tilleul-41', again: 'marée-tilleul-41' });
  await visitor.submit('/login/password');
  await visitor.seen('home-first', 'The home of a record opened a minute ago: everything is empty, and says what will come', { says: 'Bonjour' });
  await visitor.go('/documents');
  await visitor.seen('documents-empty', 'No document yet', { says: 'Rien ici pour le moment' });
  await visitor.go('/access');
  await visitor.seen('access-empty', 'Nobody may see, nobody is blocked');
  await visitor.submit('/logout');
  await visitor.close();
}

async function home(visitor) {
  await visitor.seen('home', 'The home: what waits for an answer, what is new, who looked, the nine spaces', { says: 'Une réponse vous est demandée' });
  await visitor.submit('/access/attending/confirm');
  await visitor.seen('home-confirmed', 'The attending doctor is confirmed', { says: 'Médecin traitant confirmé' });
  await visitor.go('/');
  await visitor.fill({ q: 'bilan' });
  await visitor.submit('/search');
  await visitor.seen('search', 'A search that finds', { says: 'Bilan' });
  await visitor.fill({ q: 'marmotte' });
  await visitor.submit('/search');
  await visitor.seen('search-none', 'A search that finds nothing, and says what to try', { says: 'marmotte' });
  await visitor.go('/');
  await visitor.leads(() => visitor.page.locator('.shelves a').filter({ hasNotText: 'aucun document' }).first().click());
  await visitor.seen('space', 'A space with documents');
  await visitor.go('/');
  await visitor.leads(() => visitor.page.locator('.shelves a').filter({ hasText: 'aucun document' }).first().click());
  await visitor.seen('space-empty', 'An empty space: what comes here, and what to ask for', { says: 'Rien ici pour le moment' });
}

async function reading(visitor) {
  await visitor.go('/documents');
  await visitor.seen('documents', 'Every document, the newest first');
  const found = await documents(visitor);
  await visitor.go(found.pdf);
  await visitor.settled();
  await visitor.seen('document-pdf', 'A PDF, in a frame of its own');
  await visitor.go(found.image);
  await visitor.settled();
  await visitor.seen('document-image', 'An image, and its previous version folded');
  await visitor.page.locator('.versions summary').click();
  await visitor.seen('document-versions', 'The previous version, unfolded', { says: 'remplacé' });
  await visitor.go(found.html);
  await visitor.seen('document', 'A letter, shown as text');
  await visitor.submit('/mask');
  await visitor.seen('document-masked', 'The same letter, masked', { says: 'Document masqué.' });
  await visitor.follow('a[href$="/who"]');
  await visitor.seen('who-masked', 'Who still sees a masked document');
  const named = await visitor.page.locator('.people strong', { hasText: 'FABRELAC' }).count();
  if (named !== 1) visitor.walk.fault(`the attending doctor is named ${named} times among those who see, or do not`);
  await visitor.go('/documents?show=masked');
  await visitor.seen('documents-masked', 'The list, masked documents alone', { says: 'masqué' });
  await visitor.go(found.html);
  await visitor.submit('/unmask');
  await visitor.seen('document-unmasked', 'Not masked any more', { says: 'plus masqué' });
  await visitor.follow('a[href$="/who"]');
  await visitor.seen('who', 'Who may see an ordinary document');
  await visitor.go(`${found.html}/print`);
  await visitor.seen('print', 'Ready for paper', { print: true });
  await visitor.go('/documents?show=own');
  await visitor.seen('documents-none', 'A filter nothing answers', { says: 'Aucun document de cette sorte' });
}

async function traces(visitor) {
  await visitor.go('/trace');
  await visitor.seen('trace', 'Who looked, in sentences', { says: 'FABRELAC' });
  await visitor.page.locator('.timeline summary').filter({ hasText: 'FABRELAC' }).first().click();
  await visitor.seen('trace-open', 'A line opened: what was shown, what was withheld, by which rule');
  await visitor.follow('.timeline details[open] a[href$="/not-me"]');
  await visitor.seen('not-me', 'An access one does not recognise: understand, stop, report', { says: 'FABRELAC' });
  await visitor.go('/trace?kind=mine');
  await visitor.seen('trace-mine', 'One’s own lines');
  await visitor.go('/trace?kind=emergency');
  await visitor.seen('trace-none', 'No line of this kind', { says: 'Aucune trace' });
  await visitor.go('/');
  await visitor.leads(() => visitor.page.locator('a[href$="/not-me"]').filter({ hasText: 'Ce n’était pas moi' }).click());
  await visitor.seen('not-me-login', 'A login one did not do');
}

async function access(walk, visitor) {
  const other = walk.actor((it) => it.role === '10' && it.cert.includes('doctor-2'));
  const house = walk.actor((it) => it.kind === 'organisation');
  const authorise = async (id, status, name, caption, says) => {
    await visitor.fill({ id });
    await visitor.submit('/access/authorise');
    await visitor.seen(name, caption, { status, says });
  };
  await visitor.go('/access');
  await visitor.seen('access', 'Who may see: an attending doctor, one authorised');
  await authorise('12345', 422, 'access-shape', 'Five digits are no identifier', 'pas un identifiant national');
  await authorise('899799999992', 422, 'access-unknown', 'An identifier the directory does not know', 'annuaire');
  await authorise(house.id, 200, 'access-house', 'A hospital is authorised', 'Autorisation enregistrée');
  await authorise(other.id, 200, 'access-given', 'And a second doctor', 'Autorisation enregistrée');
  await visitor.follow(`a[href="/access/block?person=${other.id}"]`);
  await visitor.seen('block', 'Before blocking somebody: what it does', { says: other.name });
  await visitor.submit('/access/block');
  await visitor.seen('access-blocked', 'Somebody is blocked', { says: 'est bloquée' });
  await visitor.submit('/access/unblock');
  await visitor.seen('access-unblocked', 'And not any more', { says: 'plus bloquée' });
  await visitor.submit('/access/revoke');
  await visitor.seen('access-revoked', 'An authorisation is taken back', { says: 'Autorisation retirée' });
  await visitor.submit('/access/attending/end');
  await visitor.seen('access-ended', 'No attending doctor any more', { says: 'C’est enregistré' });
  await visitor.page.uncheck('#glass');
  await visitor.submit('/access/emergency');
  await visitor.seen('access-emergency', 'One of the two choices on emergencies is taken back', { says: 'Vos choix sont enregistrés' });
  if (await visitor.page.isChecked('#glass')) walk.fault('the choice on emergencies was not kept');
}

async function errors(visitor) {
  await visitor.go('/nothing-here');
  await visitor.seen('missing', 'An address that leads nowhere', { status: 404, says: 'Il n’y a rien ici' });
  await visitor.go('/access');
  await visitor.withoutToken('/access/emergency');
  await visitor.submit('/access/emergency');
  await visitor.seen('foreign', 'A form that does not carry this page’s token changes nothing', { status: 403, says: 'Rien n’a été changé' });
}

// Another password; the new one.
async function account(visitor, { password }) {
  const changed = 'sablier-mouette-63';
  await visitor.go('/account');
  await visitor.seen('account', 'One’s own account: where one is logged in, and another password', { says: 'Cet appareil' });
  await visitor.fill({ old: 'ce n’est pas le bon', new: changed, again: changed });
  await visitor.submit('/account/password');
  await visitor.seen('account-wrong', 'The old password was not right', { status: 422, says: 'Rien n’a été changé' });
  await visitor.fill({ old: password, new: changed, again: changed });
  await visitor.submit('/account/password');
  await visitor.seen('account-changed', 'The password is another', { says: 'Votre mot de passe a changé' });
  return changed;
}

async function leaving(walk, visitor, patient) {
  await visitor.go('/');
  const cookies = await visitor.context.cookies();
  await visitor.submit('/logout');
  await visitor.seen('left', 'Logged out', { says: 'Votre session est fermée' });
  const thief = await walk.visitor();
  await thief.context.addCookies(cookies);
  await thief.go('/trace');
  await thief.seen('login-replayed', 'The cookie of a session that was left, played again: the login', { says: 'Votre session est terminée' });
  await thief.go('/nothing-here');
  await thief.seen('missing-nobody', 'An address that leads nowhere, for who is not logged in', { status: 404 });
  await logIn(walk, visitor, patient);
  await walk.later('PT31M');
  await visitor.go('/access');
  await visitor.seen('login-expired', 'A session left idle has ended: what happened, and then back to where one was', { says: 'Votre session est terminée' });
  await logIn(walk, visitor, patient);
  await visitor.go('/account');
  await visitor.submit('/account/end');
  await visitor.seen('left-everywhere', 'Logged out here and everywhere else');
}
