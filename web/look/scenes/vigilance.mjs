// Is this message a scam? Checking, reporting, what to do, what circulates, the exercise.
import { refusal } from '../api.mjs';

const message = 'Assurance Maladie : votre carte Vitale expire. Rendez-vous sur https://arneli-assurance.example/carte ou appelez le 08 99 70 11 22. Réf 8841-QUETZAL.';
const secrets = ['QUETZAL', 'arneli', '08 99 70'];
const at = (words) => [message.indexOf(words), message.indexOf(words) + words.length];

const says = {
  official: { verdict: "Ce message vient bien de l'Assurance Maladie.", action: "Tapez quand même l'adresse vous-même.", reason: 'Sa signature électronique est vérifiée.' },
  scam: { verdict: "C'est une arnaque. Ne répondez pas.", action: 'Signalez-la, puis supprimez-la.', reason: 'Le lien mène à arneli-assurance.example, qui imite ameli.' },
  suspicious: { verdict: 'Ce message est suspect. Ne répondez pas.', action: "Passez par l'adresse que vous tapez vous-même.", reason: 'Il fait rappeler un numéro inconnu.' },
  unknown: { verdict: "Nous ne pouvons pas vous l'assurer.", action: "Faites comme si c'était une arnaque : passez par l'adresse que vous tapez vous-même.", reason: "Rien ne prouve qui l'a envoyé." },
};
const reasons = {
  official: [{ sign: 'signature_verified', name: "l'Assurance Maladie", marks: [] }],
  scam: [
    { sign: 'look_alike_host', name: 'ameli', subject: 'arneli-assurance.example', marks: [at('https://arneli-assurance.example/carte')] },
    { sign: 'speaks_as_premium', name: 'Assurance Maladie', marks: [at('Assurance Maladie'), at('08 99 70 11 22')] },
    { sign: 'threat', marks: [at('expire')] },
    { sign: 'of_another_age', marks: [at('Réf')] },
  ],
  suspicious: [{ sign: 'call_back_number', subject: '08 99 70 11 22', marks: [at('08 99 70 11 22')] }],
  unknown: [],
};
const deadline = 'Un vrai courrier existe peut-être : votre date limite est sur le site officiel, tapé par vous, ou au 3422.';
const checked = (verdict, more = {}) => ({ verdict, says: says[verdict], reasons: reasons[verdict], like_true_notice: false, shown: message, coarse: false, ...more });
const api = (verdict, more = {}) => ({ 'POST /api/vigilance/check': checked(verdict, more) });

const reported = {
  reference: '7F3K-0042',
  steps: [
    { code: 'do_not_answer' },
    { code: 'forward_sms', send: [{ to: '33700', text: message }, { to: '33700', text: '38 200' }] },
    { code: 'report_link', send: [{ to: 'https://phishing-initiative.fr', text: 'arneli-assurance.example' }], open: 'https://phishing-initiative.fr' },
    { code: 'report_france_connect', send: [{ to: 'support.securite@franceconnect.gouv.fr', text: message }] },
    { code: 'complaint', call: '17' },
    { code: 'tell_help', open: 'https://www.cybermalveillance.gouv.fr' },
    { code: 'delete_message' },
    { code: 'of_another_age' },
  ],
};
const victim = ['call_bank', 'second_call', 'hang_up_remote', 'change_passwords', 'check_refund_account', 'watch_identity', 'end_sessions', 'read_traces', 'ask_freeze', 'report'].map((code) => ({ code }));
const steps = { steps: [...victim, { code: 'complaint', call: '17' }, { code: 'tell_help', open: 'https://www.cybermalveillance.gouv.fr' }] };

const situation = (page, name) => page.getByRole('radio', { name, exact: true }).check();
const press = (page, name) => page.getByRole('button', { name, exact: true }).click();
const expect = (right, words) => {
  if (!right) throw new Error(words);
};

/** Nothing of the message may be pressed: the only links are ours, by name. */
async function nothingLive(page) {
  const links = await page.locator('a[href]').evaluateAll((all) => all.map((a) => a.getAttribute('href')).filter((href) => !/^(\/|#|sms:33700)/u.test(href)));
  expect(links.length === 0, `live: ${links.join(', ')}`);
}

async function check(page, words = message) {
  await situation(page, 'Non');
  await page.getByLabel('Collez le message').fill(words);
  await press(page, 'Vérifier');
}

const answered = (verdict) => async (page) => {
  await check(page);
  await page.locator(`.verdict-${verdict} h1`).waitFor();
  await nothingLive(page);
};
const scene = (name, act, given, more = {}) => ({ name: `verifier-${name}`, path: '/verifier', act, api: given, secrets, ...more });
const answer = (verdict, more = {}) => scene(verdict, answered(verdict), api(verdict), { focus: 'h1', title: /^Réponse - Vérifier un message - Carnet$/u, forced: true, says: [says[verdict].reason], ...more });

async function opened(page) {
  await answered('scam')(page);
  await page.getByText('Pourquoi ?').click();
  await page.locator('mark').first().waitFor();
  expect((await page.locator('mark').count()) === 5, 'the deciding words are not all marked');
  expect((await page.locator('.message-shown').innerText()) === message, 'the message is not shown as it is');
  await nothingLive(page);
}

const hostile = '<img src=x onerror="document.title=1"> <a href="javascript:alert(1)">https://arneli.example</a> tel:0899701122 \u202egnp.exe';
async function drop(page, name, bytes) {
  // A drop is a gesture, a scripted one is not: what moves after it is not counted when it follows a press.
  await page.locator('h1:visible').click();
  await page.evaluate(
    ([file, size]) => {
      const data = new DataTransfer();
      data.items.add(new File([new Uint8Array(size)], file, { type: 'message/rfc822' }));
      const form = [...document.querySelectorAll('form')].find((one) => one.checkVisibility());
      form.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }));
    },
    [name, bytes],
  );
}

const checkScenes = [
  scene('start', null, {}, { weight: 100, slow: true, forced: true, title: /^Vérifier un message - Carnet$/u, says: ['Ni nom, ni numéro, ni connexion.', 'Avez-vous cliqué, payé ou donné quelque chose ?'] }),
  scene('form', (page) => situation(page, 'Non'), {}, { says: ['Je ne peux pas le copier'] }),
  scene('unsure', (page) => situation(page, 'Je ne sais pas'), {}, { says: ['Un doute ? Voir quoi faire'] }),
  scene('yes', (page) => situation(page, 'Oui'), {}, { says: ['Cela arrive à tout le monde.', "Voir quoi faire, dans l'ordre"] }),
  scene('phone', async (page) => {
    await situation(page, 'Je suis au téléphone avec eux');
    await page.getByText('Raccrochez. Rappelez vous-même le 3646.').waitFor();
    expect((await page.locator('main:visible a:visible, main:visible button:visible').count()) === 0, 'the advice is not alone');
  }, {}),
  scene('ticks', async (page, { sent }) => {
    await situation(page, 'Non');
    await press(page, 'Je ne peux pas le copier');
    await page.getByLabel('Il demande de payer').check();
    await press(page, 'Vérifier');
    await page.locator('.verdict-unknown h1').waitFor();
    expect(JSON.stringify(sent.at(-1).body) === JSON.stringify({ text: '', ticks: { health_card: false, payment: true, link: false } }), `sent ${JSON.stringify(sent.at(-1).body)}`);
    await page.goBack();
    await page.getByLabel('Il demande de payer').waitFor();
  }, api('unknown')),
  scene('empty', async (page) => {
    await check(page, '  ');
  }, {}, { focus: '.summary', title: /^Erreur : Vérifier un message/u, says: ['Collez le message, choisissez un fichier, ou cochez ce qui est vrai.'] }),
  scene('eml-dropped', async (page, { sent }) => {
    await drop(page, 'message.eml', 300);
    await page.getByText('E-mail choisi.').first().waitFor();
    await press(page, 'Vérifier');
    await page.locator('.verdict-official h1').waitFor();
    expect(sent.at(-1).body.eml.length === 400 && !('text' in sent.at(-1).body), 'the e-mail is not sent whole');
  }, api('official'), { story: true }),
  scene('eml-large', async (page) => {
    await drop(page, 'message.eml', 8 * 1024 * 1024 + 1);
    await press(page, 'Vérifier');
  }, {}, { focus: '.summary', says: ['Cet e-mail dépasse 8 Mo.', 'Retirer ce fichier'] }),
  scene('eml-unreadable', async (page) => {
    await drop(page, 'message.eml', 20);
    await press(page, 'Vérifier');
    await page.locator('.summary:visible').waitFor();
  }, { 'POST /api/vigilance/check': refusal(422, 'vigilance.unreadable') }, { story: true, focus: '.summary', says: ["Ce fichier n'est pas un e-mail."] }),
  scene('picture', async (page, { sent }) => {
    await situation(page, 'Non');
    await page.getByLabel('Envoyer une capture d').setInputFiles({ name: 'capture.png', mimeType: 'image/png', buffer: Buffer.alloc(300, 7) });
    await page.getByText('Capture choisie.').first().waitFor();
    await press(page, 'Vérifier');
    await page.locator('.verdict-scam h1').waitFor();
    expect(sent.at(-1).path === '/api/vigilance/check-image' && sent.at(-1).body === 300, 'the picture is not sent as it is');
    await nothingLive(page);
  }, { 'POST /api/vigilance/check-image': checked('scam') }, { story: true }),
  scene('picture-unread', async (page) => {
    await situation(page, 'Non');
    await page.getByLabel('Envoyer une capture d').setInputFiles({ name: 'capture.png', mimeType: 'image/png', buffer: Buffer.alloc(300, 7) });
    await press(page, 'Vérifier');
    await page.locator('.summary:visible').waitFor();
  }, { 'POST /api/vigilance/check-image': refusal(422, 'vigilance.picture') }, { story: true, focus: '.summary', says: [/Nous n.arrivons pas à lire cette image/u] }),
  scene('slow', async (page) => {
    await check(page);
    await page.getByText('Vérification en cours.').waitFor();
  }, { 'POST /api/vigilance/check': 'never' }),
  scene('wait', async (page) => {
    await check(page);
    await page.locator('.summary:visible').waitFor();
    expect((await page.getByLabel('Collez le message').inputValue()) === message, 'the text is lost');
  }, { 'POST /api/vigilance/check': refusal(429, 'http.too_many', { retry_after_s: 60 }) }, { focus: '.summary', says: [/Trop de vérifications depuis cette connexion\. Réessayez à/u] }),
  scene('unreachable', async (page) => {
    await check(page);
    await page.locator('.summary:visible').waitFor();
    await press(page, 'Vérifier');
    await page.locator('.verdict-unknown h1').waitFor();
  }, { 'POST /api/vigilance/check': ['unreachable', checked('unknown')] }, { story: true, says: [says.unknown.verdict] }),
  scene('fault', async (page) => {
    await check(page);
    await page.locator('.summary:visible').waitFor();
  }, { 'POST /api/vigilance/check': refusal(500, 'fault') }, { story: true, focus: '.summary', says: [/Le service n.a pas pu répondre\. Votre texte est encore là\./u] }),
];

const answerScenes = [
  answer('official'),
  answer('scam'),
  answer('suspicious'),
  answer('unknown', { says: [says.unknown.reason, says.unknown.verdict] }),
  scene('why', opened, api('scam'), { forced: true, says: ['Les mots qui ont décidé sont soulignés.', 'Il vous presse.'] }),
  scene('notice', answered('unknown'), api('unknown', { like_true_notice: true, says: { ...says.unknown, deadline } }), { says: [deadline] }),
  scene('coarse', async (page) => {
    await answered('scam')(page);
    expect((await page.locator('details, mark').count()) === 0, 'details are shown');
  }, api('scam', { coarse: true, shown: '', reasons: [{ sign: 'confirmed_campaign', marks: [] }] }), { says: ["Le détail n'est pas montré"] }),
  scene('hostile', async (page) => {
    await check(page, hostile);
    await page.locator('.verdict-scam h1').waitFor();
    await page.getByText('Pourquoi ?').click();
    await page.locator('mark').waitFor();
    expect((await page.locator('.message-shown').textContent()) === hostile, 'the message is not shown as text');
    expect((await page.locator('main img').count()) === 0, 'the message became part of the page');
    await nothingLive(page);
  }, api('scam', { shown: hostile, reasons: [{ sign: 'look_alike_host', name: 'ameli', subject: '<b>x</b>', marks: [[0, 9999]] }] })),
  scene('en', async (page) => {
    await page.getByRole('radio', { name: 'No', exact: true }).check();
    await page.getByLabel('Paste the message').fill(message);
    await press(page, 'Check');
    await page.locator('.verdict-scam h1').waitFor();
    await page.getByText('Why?').click();
  }, api('scam', { like_true_notice: true, says: { ...says.scam, deadline } }), { english: true, focus: 'summary', says: ['It is a scam. Do not answer.', 'The link leads to arneli-assurance.example, which imitates ameli.', 'A true letter may exist'] }),
  scene('en-start', (page) => page.getByRole('radio', { name: 'I do not know', exact: true }).check(), {}, { english: true, title: /^Check a message - Carnet$/u }),
  scene('language', async (page) => {
    await situation(page, 'Non');
    await page.getByLabel('Collez le message').fill(message);
    await press(page, 'English');
    expect((await page.getByLabel('Paste the message').inputValue()) === message, 'the text is lost with the language');
    await press(page, 'Check');
    await page.getByRole('heading', { name: 'This message is suspicious. Do not answer.' }).waitFor();
    await press(page, 'Français');
    await page.getByRole('heading', { name: says.suspicious.verdict }).waitFor();
  }, api('suspicious'), { story: true }),
  scene('back', async (page) => {
    await answered('scam')(page);
    await page.goBack();
    await page.getByRole('heading', { name: 'Vérifier un message' }).waitFor();
    expect((await page.getByLabel('Collez le message').inputValue()) === message, 'Back loses the text');
    await press(page, 'Vérifier');
    await page.locator('.verdict-scam h1').waitFor();
    await press(page, 'Vérifier un autre message');
    await page.getByRole('heading', { name: 'Vérifier un message' }).waitFor();
    expect((await page.locator('input:checked').count()) === 0 && (await page.locator('textarea').evaluateAll((all) => all.every((one) => one.value === ''))), 'the message before is still there');
    await page.reload();
    await page.getByRole('heading', { name: 'Vérifier un message' }).waitFor();
    expect((await page.locator('textarea').evaluateAll((all) => all.every((one) => one.value === ''))), 'a draft is kept');
  }, api('scam'), { story: true, title: /^Vérifier un message - Carnet$/u }),
  scene('aloud', async (page) => {
    await page.addInitScript(() => {
      window.spoken = [];
      window.voices = [{ lang: 'fr-FR', localService: false, name: 'far' }];
      window.SpeechSynthesisUtterance = class extends EventTarget {
        constructor(text) {
          super();
          this.text = text;
        }
      };
      const engine = new EventTarget();
      Object.assign(engine, { speaking: false, getVoices: () => window.voices, cancel: () => undefined, speak: (said) => window.spoken.push(said) });
      Object.defineProperty(window, 'speechSynthesis', { value: engine });
    });
    await page.reload();
    await answered('scam')(page);
    expect(!(await page.getByRole('button', { name: 'Écouter la réponse' }).isVisible()), 'a voice that is elsewhere would be told');
    await page.evaluate(() => {
      window.voices.push({ lang: 'fr-FR', localService: true, name: 'here' });
      speechSynthesis.dispatchEvent(new Event('voiceschanged'));
    });
    await press(page, 'Écouter la réponse');
    const said = await page.evaluate(() => window.spoken.map(({ text, voice }) => `${voice.name}: ${text}`).join());
    expect(said.startsWith("here: C'est une arnaque. Ne répondez pas. Signalez-la"), `said ${said}`);
    expect(!said.includes('QUETZAL'), 'the message is read aloud');
  }, api('scam')),
  scene('reported', async (page, { sent }) => {
    await answered('scam')(page);
    await press(page, 'Signaler une arnaque');
    await page.getByRole('heading', { name: 'Signalement reçu' }).waitFor();
    expect(sent.at(-1).path === '/api/vigilance/report' && sent.at(-1).body.kind === 'sms' && sent.at(-1).body.text === message, 'what was checked is not what is reported');
    await nothingLive(page);
  }, { ...api('scam'), 'POST /api/vigilance/report': { status: 201, body: reported } }, { focus: 'h1' }),
  scene('not-reported', async (page) => {
    await answered('suspicious')(page);
    await press(page, 'Signaler une arnaque');
    await page.locator('.note-bad:visible').waitFor();
  }, { ...api('suspicious'), 'POST /api/vigilance/report': refusal(429, 'http.too_many', { retry_after_s: 600 }) }, { focus: '.note-bad', says: ['Trop de signalements depuis cette connexion.'] }),
];

const report = (name, act, more = {}) => ({ name: `signaler-${name}`, path: '/signaler', act, secrets, api: { 'POST /api/vigilance/report': { status: 201, body: reported } }, ...more });
async function fillReport(page) {
  await page.getByLabel('Par SMS').check();
  await page.getByLabel('Collez le message').fill(message);
  await page.getByLabel('Nom ou numéro affiché').fill('38 200');
  await page.getByLabel("Oui, j'ai perdu de l'argent").check();
  await press(page, 'Signaler une arnaque');
}
async function reportDone(page) {
  await fillReport(page);
  await page.getByRole('heading', { name: 'Signalement reçu' }).waitFor();
  await nothingLive(page);
}

const reportScenes = [
  report('start', null, { weight: 200, title: /^Signaler une arnaque - Carnet$/u }),
  report('sms', (page) => page.getByLabel('Par SMS').check()),
  report('email', (page) => page.getByLabel('Par e-mail').check()),
  report('call', (page) => page.getByLabel('Par un appel').check(), { says: ['Le numéro qui vous a appelé'] }),
  report('error', (page) => press(page, 'Signaler une arnaque'), { focus: '.summary', title: /^Erreur : /u, says: ["Dites comment vous l'avez reçu."] }),
  report('wait', async (page) => {
    await fillReport(page);
    await page.locator('.summary').waitFor();
    expect((await page.getByLabel('Collez le message').inputValue()) === message, 'the text is lost');
  }, { api: { 'POST /api/vigilance/report': refusal(429, 'http.too_many', { retry_after_s: 600 }) }, focus: '.summary', says: [/Un SMS se transfère aussi au 33700/u] }),
  report('done', reportDone, { focus: 'h1', print: true, forced: true, says: ['Référence 7F3K-0042'] }),
  report('copied', async (page) => {
    await reportDone(page);
    await page.evaluate(() => {
      Object.defineProperty(navigator, 'clipboard', { value: undefined });
      document.execCommand = () => false;
    });
    await page.getByRole('button', { name: /^Copier : Premier message/u }).click();
    await page.getByText('Le texte est sélectionné.').waitFor();
    const selected = await page.evaluate(() => document.activeElement.value.slice(document.activeElement.selectionStart, document.activeElement.selectionEnd));
    expect(selected === message, 'without a clipboard the text is not selected');
  }, { story: true }),
  report('done-en', async (page) => {
    await page.getByLabel('By SMS').check();
    await page.getByLabel('Paste the message').fill(message);
    await press(page, 'Report a scam');
    await page.getByRole('heading', { name: 'Report received' }).waitFor();
  }, { english: true }),
];

const give = (name, act, more = {}) => ({ name: `victime-${name}`, path: '/victime', act, api: { 'POST /api/vigilance/victim': steps }, ...more });
async function stepsAsked(page, { sent }) {
  await page.getByLabel('Un numéro de carte bancaire').check();
  await page.getByLabel('Un mot de passe, ou FranceConnect').check();
  await press(page, 'Voir quoi faire');
  await page.getByRole('heading', { name: 'À faire, dans cet ordre' }).waitFor();
  expect(JSON.stringify(sent.findLast(({ method }) => method === 'POST').body) === '{"gave":["card","password"]}', 'not what was ticked');
  expect((await page.locator('li[data-step]').first().getAttribute('data-step')) === 'call_bank', 'the bank is not first');
}
const victimScenes = [
  give('start', null, { weight: 200, says: ['Cela arrive à tout le monde.'] }),
  give('error', (page) => press(page, 'Voir quoi faire'), { focus: '.summary', title: /^Erreur : /u }),
  give('steps', stepsAsked, { focus: 'h1', print: true, forced: true, says: ['On va peut-être vous rappeler en disant être votre banque.', 'Cela arrive à tout le monde.'] }),
  give('own-space', async (page, { sent }) => {
    await stepsAsked(page, { sent });
    await page.getByRole('link', { name: 'Déconnecter partout, revoir les accès donnés' }).waitFor();
    await press(page, 'Tout arrêter');
    await page.getByText('Plus personne n').waitFor();
    expect(!sent.some(({ path }) => path.endsWith('/freeze')), 'frozen before it was confirmed');
    await press(page, 'Oui, tout arrêter');
    await page.getByText('Votre espace est gelé.').waitFor();
    expect(sent.some(({ method, path }) => method === 'POST' && path === '/api/spaces/moi/access/freeze'), 'not frozen');
  }, { api: { 'POST /api/vigilance/victim': steps, 'POST /api/spaces/moi/access/freeze': { status: 204 }, 'GET /api/session': { signed_in: true, name: 'Nadia Martin', idle_minutes: 15, expires_at: '2025-03-04T21:00:00Z', spaces: [], second_letter_awaited: false } }, story: true }),
  give('failed', async (page) => {
    await page.getByLabel('Un numéro de carte bancaire').check();
    await press(page, 'Voir quoi faire');
    await page.locator('.summary').waitFor();
  }, { api: { 'POST /api/vigilance/victim': refusal(503, 'busy') }, focus: '.summary', says: [/appelez votre banque/u] }),
  give('steps-en', async (page) => {
    await page.getByLabel('A bank card number').check();
    await press(page, 'See what to do');
    await page.getByRole('heading', { name: 'To be done, in this order' }).waitFor();
  }, { english: true }),
];

const weeks = [
  { week: '2026-W47', kinds: [{ kind: 'health', count: 1284 }, { kind: 'parcel', count: 611 }, { kind: 'fine', count: 96 }, { kind: 'identity', count: 19 }, { kind: 'new_one', count: 20 }] },
  { week: '2026-W46', kinds: [{ kind: 'parcel', count: 402 }, { kind: 'tax', count: 57 }, { kind: 'benefits', count: 31 }, { kind: 'training', count: 22 }] },
];
const radar = (name, body, act = null, more = {}) => ({ name: `ce-qui-circule-${name}`, path: '/ce-qui-circule', api: { 'GET /api/vigilance/radar': body }, act, ...more });
const radarScenes = [
  radar('weeks', { weeks }, async (page) => {
    await page.getByRole('row', { name: 'Carte Vitale, Assurance Maladie 1 284' }).waitFor();
    expect((await page.getByText('19', { exact: true }).count()) === 0, 'a figure under 20');
  }, { weight: 200, forced: true, title: /^Ce qui circule - Carnet$/u, says: ['Semaine du 16 novembre 2026'] }),
  radar('empty', { weeks: [] }, null, { says: ['Cela ne prouve pas que rien ne circule.'] }),
  radar('error', refusal(500, 'fault'), (page) => page.getByText("Ces chiffres ne s'affichent pas.").waitFor()),
  radar('loading', 'never', (page) => page.getByText('Chargement en cours.').waitFor(), { story: true }),
  radar('en', { weeks }, (page) => page.getByText('Week of 16 November 2026').waitFor(), { english: true }),
];

const lessons = {
  messages: Array.from({ length: 8 }, (_none, index) => ({ id: `m${index}`, kind: index % 2 === 0 ? 'sms' : 'email', sender: index % 2 === 0 ? '38 200' : 'info@colis.example', ...(index % 2 === 0 ? {} : { subject: 'Votre colis' }), text: message })),
};
const learn = (name, act, more = {}) => ({
  name: `apprendre-${name}`,
  path: '/apprendre',
  act,
  api: { 'GET /api/vigilance/exercise': lessons, 'POST /api/vigilance/exercise/*': ({ body }) => ({ right: body.answer === 'scam', checked: checked('scam') }) },
  ...more,
});
const start = (page) => press(page, 'Commencer');
const learnScenes = [
  learn('start', null, { weight: 200, title: /^Apprendre à reconnaître une arnaque - Carnet$/u }),
  learn('question', start, { focus: 'h1', title: /^Est-ce une arnaque \? - Message 1 sur 8 - Carnet$/u }),
  learn('right', async (page) => {
    await start(page);
    await press(page, "C'est une arnaque");
    await page.getByRole('heading', { name: "Oui, c'est une arnaque." }).waitFor();
    await page.getByText('Pourquoi ?').click();
  }, { forced: true, says: ['Ce que répond « Vérifier un message »'] }),
  learn('wrong', async (page) => {
    await start(page);
    await press(page, "Ce n'est pas une arnaque");
    await page.getByRole('heading', { name: "En fait, c'est une arnaque." }).waitFor();
    await nothingLive(page);
  }, { focus: 'h1' }),
  learn('all', async (page) => {
    await start(page);
    for (let step = 1; step <= 8; step += 1) {
      await page.getByText(`Message ${step} sur 8`).first().waitFor();
      await press(page, "C'est une arnaque");
      await press(page, step === 8 ? 'Terminer' : 'Message suivant');
    }
    await page.getByRole('heading', { name: 'Vous avez vu les huit messages' }).waitFor();
  }),
  learn('error', (page) => page.getByText("Les messages ne s'affichent pas.").waitFor(), { api: { 'GET /api/vigilance/exercise': refusal(500, 'fault') } }),
  learn('en', async (page) => {
    await press(page, 'Start');
    await press(page, 'It is a scam');
    await page.getByRole('heading', { name: 'Yes, it is a scam.' }).waitFor();
  }, { english: true }),
];

export default [...checkScenes, ...answerScenes, ...reportScenes, ...victimScenes, ...radarScenes, ...learnScenes];
