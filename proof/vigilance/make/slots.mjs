// What stands in the {slots} of the templates. Telephone numbers of people and firms without a public number are those that
// Arcep keeps for fiction; names of people are common first and last names put together at random.
const words = (text) => text.trim().split(/\s*\n\s*|\s*;\s*/u);

export const firstNames = words('Camille; Julien; Nadia; Mehdi; Chloé; Lucas; Fatou; Inès; Hugo; Léa; Thomas; Manon; Karim; Sophie; Antoine; Élodie; Yanis; Jade; Pauline; Romain; Aïcha; Baptiste; Margaux; Théo; Sarah; Nicolas; Émilie; Kévin; Louise; Amine; Claire; Mathis; Océane; Pierre; Zoé; Rachid; Anaïs; Gabriel; Marion; Adam; Amélie; Vitalie; Camélia');
export const lastNames = words('Girard; Lopez; Benali; Moreau; Lefort; Nguyen; Da Silva; Roussel; Traoré; Marchand; Perrin; Haddad; Fontaine; Chevalier; Blanchet; Meunier; Diallo; Carpentier; Renard; Vasseur; Hamdi; Picard; Leclercq; Barbier; Colin; Poirier; Rey; Vitale; Lacroix; Guillot');
export const cities = words('Angers; Limoges; Le Mans; Amiens; Nîmes; Brest; Dijon; Metz; Poitiers; Perpignan; Caen; Mulhouse; Rouen; Besançon; Lorient; Bourges; Valence; Quimper; Niort; Albi; Chambéry; Tarbes; Laval; Vannes; Cholet; Arras; Bayonne; Évreux; Blois; Colmar; Roanne; Saint-Denis; Pointe-à-Pitre; Amélie-les-Bains');
const streets = words('des Lilas; Victor Hugo; de la Gare; Jean Jaurès; du Moulin; Pasteur; des Écoles; de la République; du 8 mai 1945; des Tilleuls; Voltaire; du Stade; Gambetta; des Acacias');
const regions = words('Bretagne; Grand Sud; Midi-Pyrénées Nord; Loire-Atlantique Vendée; Auvergne; Picardie; Lorraine; Provence Azur; Ardèche Drôme Loire; Berry Touraine; Gironde; Nord-Pas de Calais');
const days = ['lundi', 'mardi', 'mercredi', 'jeudi', 'vendredi', 'samedi'];
const months = ['janvier', 'février', 'mars', 'avril', 'mai', 'juin', 'juillet', 'août', 'septembre', 'octobre', 'novembre', 'décembre'];
const specialities = words('dermatologie; cardiologie; ophtalmologie; gynécologie; ORL; rhumatologie; pédiatrie; allergologie; médecine générale; pneumologie');
const jobs = words('préparateur de commandes; aide-soignante; comptable; vendeur; cariste; secrétaire médicale; serveur; conducteur de bus; développeur; agent de propreté');
const things = words('vélo enfant 20 pouces; table basse chêne; manteau laine T38; console et 2 jeux; poussette; lot de BD; machine à café; bottes 39; lampadaire; siège auto');
const schools = words('Les Tilleuls; Jules Ferry; Jean Moulin; Louise Michel; La Fontaine; Simone Veil; Les Camélias; Pierre Mendès France; Sainte-Marie');
const clubs = words('Judo Club; AS Foot; Basket Club; Handball; Gym volontaire; Amicale laïque; Rugby Club; Cercle de voile');
const pharmacies = words('du Centre; de la Mairie; des Arcades; Vitale; du Marché; de la Poste; des Halles; Pasteur; Camélia; de la Gare');
const relays = words('Tabac de la Place; Carrefour City; Le Bouquet Fleuri; Station Total; Épicerie du Coin; Pressing Blanc; Locker gare; Cave des Halles');
const pets = words('Nala; Moustache; Rex; Plume; Oslo; Caramel');
const foreignCities = words('Lagos; Kiev; Bucarest; Madrid; Bruxelles; Marseille; Abidjan; Varsovie');

const entities = (text) => words(text).map((line) => {
  const [name, site, phone] = line.split('|').map((part) => part.trim());
  return { name, site, phone };
});
const merchants = entities('Fnac|fnac.com; Darty|darty.com; Decathlon|decathlon.fr; Leroy Merlin|leroymerlin.fr; Carrefour|carrefour.fr; Zalando|zalando.fr; Cdiscount|cdiscount.com; IKEA|ikea.com; Boulanger|boulanger.com; La Redoute|laredoute.fr; Kiabi|kiabi.com; Auchan|auchan.fr; Sephora|sephora.fr; Back Market|backmarket.fr; Castorama|castorama.fr; Amazon|amazon.fr; Cultura|cultura.com');
export const banks = entities(`La Banque Postale|labanquepostale.fr; Crédit Agricole|credit-agricole.fr; BNP Paribas|mabanque.bnpparibas; SG|particuliers.sg.fr; LCL|lcl.fr
  Caisse d'Epargne|caisse-epargne.fr; Banque Populaire|banquepopulaire.fr; Crédit Mutuel|creditmutuel.fr; CIC|cic.fr; BoursoBank|boursobank.com; Fortuneo|fortuneo.fr; Hello bank!|hellobank.fr; Monabanq|monabanq.com; N26|n26.com; Revolut|revolut.com; Nickel|nickel.eu`);
export const operators = entities('Orange|orange.fr|3900; SFR|sfr.fr|1023; Bouygues Telecom|bouyguestelecom.fr|1064; Free|free.fr|3244; Free Mobile|mobile.free.fr|3244; Sosh|sosh.fr|740; La Poste Mobile|lapostemobile.fr|904; NRJ Mobile|nrjmobile.fr|09 69 36 00 60');
export const mutuals = entities('MGEN|mgen.fr; Harmonie Mutuelle|harmonie-mutuelle.fr; Malakoff Humanis|malakoffhumanis.com; AG2R La Mondiale|ag2rlamondiale.fr; Groupama|groupama.fr; Apicil|apicil.com; Alan|alan.com; Aésio mutuelle|aesio.fr; MNT|mnt.fr; LMDE|lmde.fr');
export const laboratories = entities('Biogroup|biogroup.fr; Cerballiance|cerballiance.fr; Synlab|synlab.fr; Inovie|inovie.fr; Eurofins|eurofins-biologie-medicale.com; Unilabs|unilabs.fr');
export const insurers = entities('MAIF|maif.fr; Macif|macif.fr; MAAF|maaf.fr; Matmut|matmut.fr; AXA|axa.fr; Allianz|allianz.fr; GMF|gmf.fr; MMA|mma.fr; Direct Assurance|direct-assurance.fr');
export const hospitals = entities('CHU de Toulouse|chu-toulouse.fr; CHU de Nantes|chu-nantes.fr; Hospices Civils de Lyon|chu-lyon.fr; CHU de Lille|chu-lille.fr; CHU de Bordeaux|chu-bordeaux.fr; CHU de Rennes|chu-rennes.fr; Hôpital Saint-Joseph|hpsj.fr; CHRU de Brest|chu-brest.fr; CHU Grenoble Alpes|chu-grenoble.fr');

const dayOf = (r, from, span) => new Date(Date.UTC(from.getUTCFullYear(), from.getUTCMonth(), from.getUTCDate() + 1 + r.int(span)));
const short = (d) => `${String(d.getUTCDate()).padStart(2, '0')}/${String(d.getUTCMonth() + 1).padStart(2, '0')}/${d.getUTCFullYear()}`;
const amount = (r, low, high) => `${r.between(low, high)},${String(r.int(100)).padStart(2, '0')}`;
const weekday = (d) => days[(d.getUTCDay() + 6) % 7 % 6];
const pairs = (text) => text.replace(/(\d\d)(?=\d)/gu, '$1 ');

export const fictionLandline = (r) => pairs(r.pick(['019900', '026191', '035301', '046571', '053649']) + String(r.int(10000)).padStart(4, '0'));
export const fictionMobile = (r) => pairs(`063998${String(r.int(10000)).padStart(4, '0')}`);
export const premiumNumber = (r) => {
  const end = `${r.int(3)}${r.int(10)}`;
  return r.pick([`08 99 00 00 ${end}`, `08 97 00 00 ${end}`, `08 95 00 00 ${end}`, `0899 000 0${end}`, `0 891 000 0${end}`]);
};
const spaced = (r, text) => r.pick([text, text, text.replace(/ /gu, ''), text.replace(/ /gu, '.'), `+33${text.slice(1).replace(/ /gu, '')}`]);

const clock = (r, from, to) => r.pick([`${r.between(from, to)}h`, `${r.between(from, to)}h00`, ...[15, 30, 45, 40, 20].flatMap((m) => [`${r.between(from, to)}h${m}`, `${r.between(from, to)}:${m}`])]);

// Every value is made from the draw `r` and the day `on` of the message; the first use in a message fixes it.
export function slotsOf(r, on) {
  const next = dayOf(r, on, 25);
  return {
    prenom: () => r.pick(firstNames), nom: () => r.pick(lastNames), Mnom: () => `${r.pick(['M.', 'Mme', 'Monsieur', 'Madame'])} ${r.pick(lastNames)}`,
    N: () => r.pick([...'ABCDFGLMPRST']), ville: () => r.pick(cities), villee: () => r.pick(foreignCities), rue: () => r.pick(streets), numrue: () => String(1 + r.int(120)),
    region: () => r.pick(regions), jour: () => r.pick([weekday(next), `${weekday(next)} ${next.getUTCDate()} ${months[next.getUTCMonth()]}`, `${weekday(next)} ${short(next)}`]),
    date: () => short(dayOf(r, on, 40)), datelongue: () => { const d = dayOf(r, on, 40); return `${d.getUTCDate()} ${months[d.getUTCMonth()]} ${d.getUTCFullYear()}`; },
    heure: () => clock(r, 8, 14), heure2: () => clock(r, 15, 19),
    numb: () => r.digits(3),
    mois: () => months[on.getUTCMonth()], annee: () => String(on.getUTCFullYear()), montant: () => amount(r, 18, 480), grandmontant: () => String(r.between(5, 190) * 10), petitmontant: () => amount(r, 4, 49),
    petit: () => r.pick(['0,99', '1,95', '1,99', '2,99', '1.45', '2,40', '3,20', '0,50']), petitnombre: () => String(r.between(2, 6)), amende: () => r.pick(['35', '68', '90', '135', '35,00', '17']),
    hex6: () => r.letters(6, 'abcdefghkmnpqrstuvwxyzABCDEFGHKMNPQ23456789'), hex8: () => r.letters(8, 'ABCDEFGHJKMNPQRSTUVW23456789'), refcourt: () => r.letters(6, 'ABCDEFGHJKMNPQRSTUVW'),
    num3: () => r.digits(3), num4: () => r.digits(4), num6: () => r.digits(6), num8: () => r.digits(8), num10: () => r.digits(10), num14: () => r.digits(14), code6: () => r.pick([r.digits(6), `${r.digits(3)} ${r.digits(3)}`]), code8: () => r.digits(8),
    colis: () => r.pick([`6A${r.digits(11)}`, `XY${r.digits(9)}FR`, `8R${r.digits(11)}`, `LA${r.digits(9)}FR`]), ref: () => `${r.letters(2, 'ABCDEFGHJKLMNPRSTUVW')}${r.digits(7)}`, n: () => r.letters(r.between(2, 4), 'abcdefghkmnpqrstuvwxz23456789'),
    plaque: () => `${r.letters(2, 'ABCDEFGHJKLMNPQRSTVWXYZ')}-${r.digits(3)}-${r.letters(2, 'ABCDEFGHJKLMNPQRSTVWXYZ')}`, tel: () => fictionLandline(r), mob: () => fictionMobile(r),
    telscam: () => spaced(r, r.pick([fictionLandline, fictionLandline, fictionMobile])(r)), mobscam: () => spaced(r, fictionMobile(r)), telpremium: () => premiumNumber(r), wa: () => `3363998${String(r.int(10000)).padStart(4, '0')}`,
    medecin: () => `${r.pick(['Dr', 'Dr', 'Docteur', 'DR'])} ${r.pick(lastNames)}`, specialite: () => r.pick(specialities), metier: () => r.pick(jobs), marchand: () => r.pick(merchants), objet: () => r.pick(things), ecole: () => r.pick(schools),
    club: () => `${r.pick(clubs)} ${r.pick(cities)}`, pharma: () => r.pick(pharmacies), relais: () => r.pick(relays), animal: () => r.pick(pets),
    banque: () => r.pick(banks), operateur: () => r.pick(operators), mutuelle: () => r.pick(mutuals), labo: () => r.pick(laboratories), assureur: () => r.pick(insurers), hopital: () => r.pick(hospitals),
  };
}
