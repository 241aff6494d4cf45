// Who has access to an invented space, and the answers of the decision about one of its documents.
export const access = {
  professionals: [
    { rpps: '10001234567', name: 'Dr Lina Benali', profession: '10', structure: 'Cabinet des Lilas', relations: ['declared_gp', 'care_team'], since: '2024-02-01T08:00:00Z', blocked: false, refused: false },
    { rpps: '10007654321', name: 'Dr Paul Roy', profession: '10', structure: 'Centre hospitalier universitaire de Rennes, service de cardiologie et maladies vasculaires', relations: ['care_team', 'author'], since: '2025-01-20T08:00:00Z', blocked: false, refused: false },
    { rpps: '10002223334', name: 'Claire Le Goff', profession: '60', relations: ['consented'], until: '2025-03-05T13:00:00Z', blocked: false, refused: false },
    { rpps: '10005556667', name: 'Dr Jean Mallet', profession: '10', relations: ['care_team'], since: '2024-09-01T08:00:00Z', blocked: true, refused: false },
    { rpps: '10008889990', name: 'Marc Petit', profession: '70', structure: 'Cabinet du Port', relations: ['care_team'], since: '2024-09-01T08:00:00Z', blocked: false, refused: true },
    { rpps: '10004445556', name: 'Dr Anne Vidal', profession: '10', structure: 'Santé au travail Ouest', relations: ['occupational'], blocked: false, refused: false },
  ],
  parents: [],
  guardians: [],
  carers: [
    { person: 'p-zoe', name: 'Zoé Martin', classes: ['10', '42'], powers: ['traces'], until: '2025-09-04T22:00:00Z' },
    { person: 'p-hugo', name: 'Hugo Martin-Delacroix de la Villardière', classes: ['10', '11', '31', '42', '43', '44', '45', '52', '60'], powers: ['traces', 'contest', 'add', 'settings', 'copy'], until: '2026-03-04T23:00:00Z' },
  ],
  emergency: { bris_de_glace: true, centre_15: true },
  frozen: false,
  own_access_agreed: false,
  discretion: false,
};

export const nobody = { ...access, professionals: [], carers: [] };

export const emergencies = [
  { number: 2, at: '2025-03-04T14:01:00Z', mode: 'bris_de_glace', rpps: '10007654321', name: 'Dr Paul Roy', structure: 'Centre hospitalier universitaire de Rennes' },
  { number: 1, at: '2025-02-11T22:40:00Z', mode: 'centre_15', rpps: '10001112223', name: 'Dr Sofia Haddad', structure: 'Samu 35', contested_at: '2025-02-12T09:00:00Z' },
];

/** Yes or no as the decision would say of an ordinary report, masked or not. */
export function explains({ body }) {
  const { viewer, settings = {} } = body;
  const yes = (...rules) => ({ answer: 'yes', rules: rules.map((rule) => `access.${rule}`) });
  const no = (rule) => ({ answer: 'no', rules: [`access.${rule}`] });
  const emergency = settings.masked && !settings.visible_in_emergency;
  switch (viewer.kind) {
    case 'self': return yes('self');
    case 'declared_gp': return yes('matrix', 'declared_gp');
    case 'professional':
    case 'care_team': return settings.masked ? no('hidden_from_professionals') : yes('matrix', 'care_team');
    case 'stranger': return no('no_relation');
    case 'bris_de_glace':
    case 'centre_15': return emergency ? no('hidden_in_emergency') : yes('matrix', viewer.kind);
    case 'parent': return no('majority');
    case 'person': return yes('carer');
    case 'app': return no('no_catalogue');
    case 'occupational_physician': return no('occupational');
    case 'agent': return no('states_only');
    default: return no('never');
  }
}
