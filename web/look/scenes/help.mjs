// The home page and the pages of help.
import { service } from '../api.mjs';

const production = { 'GET /api/service': { ...service, mode: 'production' } };

export default [
  { name: 'home', path: '/', weight: 90, slow: true, forced: true, title: /^Votre carnet de santé, tenu par vous - Carnet$/u, says: ['Démonstration : personnes inventées'] },
  { name: 'home-production', path: '/', api: production, says: ['Une question'] },
  { name: 'home-en', path: '/', english: true, title: /^Your health record/u, says: ['Activate my health space'] },
  { name: 'help', path: '/aide', weight: 200, slow: true, title: /^Aide - Carnet$/u },
];
