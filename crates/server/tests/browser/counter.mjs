// The counter: an agent opens a record with its answers, prints the letter once, and the next person's turn starts clean.
// 13 characters and their key.
const number = (digits) => digits + String(97n - (BigInt(digits) % 97n)).padStart(2, '0');
const ZOE = number('2840563113001');

const SLOTS = { birth_name: 'LEFICTIF', first_given: 'Zoé', birth_date: '12/05/1984', birth_place: '63113', ins: ZOE, email: 'zoe@example.org' };
const ANSWERS = { sex: 'f', consent: 'yes', break_glass: 'yes', regulation: 'no' };

export default async function counter(walk) {
  const nobody = await walk.visitor();
  await nobody.go('/counter');
  await nobody.seen('card', 'No card was shown', { status: 401, says: 'Présentez votre carte' });
  const doctor = await walk.visitor(walk.actor((it) => it.role === '10'));
  await doctor.go('/counter');
  await doctor.seen('not-agent', 'A doctor’s card does not open the counter', { status: 403, says: 'Cela ne vous est pas permis' });

  const agent = await walk.visitor(walk.actor((it) => it.kind === 'agent'));
  await lacking(agent);
  await opening(walk, agent);
  await existing(agent);
}

async function answer(agent, slots, answers) {
  await agent.fill(slots);
  for (const [name, value] of Object.entries(answers)) {
    await agent.page.locator(`label:has(input[name="${name}"][value="${value}"])`).click();
  }
}

async function lacking(agent) {
  await agent.go('/counter');
  await agent.seen('open', 'One page, in the order of the card in the hand');
  await agent.submitAnyway('/counter');
  await agent.seen('open-lacking', 'Nothing was answered: what is missing is said beside each field', { status: 422, says: 'Rien n’est enregistré' });
  await agent.go('/counter');
  await answer(agent, { ...SLOTS, birth_date: '12/05/2016', ins: ZOE.slice(0, 14) + '0', email: 'zoe' }, { ...ANSWERS, seen: 'yes' });
  await agent.submit('/counter');
  await agent.seen('open-wrong', 'A child’s birth date, a wrong key, an address that is none', { status: 422, says: 'moins de 18 ans' });
  await agent.go('/counter?for=represented');
  await agent.seen('open-represented', 'A representative answers for somebody');
}

async function opening(walk, agent) {
  await agent.go('/counter');
  await answer(agent, SLOTS, { ...ANSWERS, seen: 'yes', consent: 'no' });
  await agent.submit('/counter');
  await agent.seen('declined', 'The person said no: nothing is opened', { says: 'Aucun carnet n’est ouvert' });
  await agent.go('/counter');
  await answer(agent, SLOTS, { ...ANSWERS, seen: 'yes' });
  await agent.seen('open-filled', 'Filled, before it is sent');
  await agent.submit('/counter');
  await agent.seen('opened', 'The record is open, its letter waits to be printed', { says: 'Zoé LEFICTIF' });
  await letter(walk, agent);
  await agent.inPopup('form[action$="/letter"] button', () =>
    agent.seen('gone', 'The letter is asked for a second time', { status: 410, says: 'déjà été imprimée' }));
  await agent.page.reload();
  await agent.seen('opened-printed', 'The letter was printed', { says: 'La lettre a été imprimée' });
  await agent.submit('/counter/next');
  const left = await agent.page.$$eval('input:not([type="hidden"])', (all) => all.filter((it) => it.checked || (it.type === 'text' && it.value)).map((it) => it.name));
  if (left.length) walk.fault(`the next person's turn starts with ${left}`);
}

// The letter, printed: a PDF, once.
async function letter(walk, agent) {
  const saved = agent.context.waitForEvent('response', (it) => it.url().endsWith('/letter'));
  await agent.inPopup('form[action$="/letter"] button', async () => {
    const answered = await saved;
    const kind = answered.headers()['content-type'];
    if (answered.status() !== 200 || kind !== 'application/pdf') walk.fault(`the letter: ${answered.status()} ${kind}`);
    await agent.settled();
    await walk.paper(agent, 'letter', 'The letter with the secrets, as the browser opens it for printing');
  });
}

async function existing(agent) {
  await agent.go('/counter');
  await answer(agent, SLOTS, { ...ANSWERS, seen: 'yes' });
  await agent.submit('/counter');
  await agent.seen('found', 'This person has a record already', { status: 409, says: 'déjà un carnet' });
  await agent.go('/counter');
  await agent.withoutToken('/counter');
  await agent.submit('/counter');
  await agent.seen('foreign', 'A form that does not carry this page’s token', { status: 403 });
}
