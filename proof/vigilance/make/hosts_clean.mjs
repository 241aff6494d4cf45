// Honest-looking host names that hold letters near a protected name: first names, towns, trades, flowers, schools, firms.
import { chanceOf } from './rng.mjs';

const words = (text) => text.trim().split(/\s+/u);
// Public bodies and firms that exist, and the official sites themselves.
export const known = words(`ameli.fr www.ameli.fr assure.ameli.fr espacepro.ameli.fr monsoutienpsy.ameli.fr annuairesante.ameli.fr monespacesante.fr www.monespacesante.fr franceconnect.gouv.fr app.franceconnect.gouv.fr cybermalveillance.gouv.fr
 amelie-les-bains.com camelia55.meuse.fr cnam.fr www.cnam.fr lecnam.net cnam-paris.fr cnam-bretagne.fr cnam-grandest.fr msa.fr www.msa.fr capmsa.com msasafety.com msa-architectes.fr sante.fr www.sante.fr sante.gouv.fr solidarites-sante.gouv.fr has-sante.fr ars.sante.fr efs.sante.fr
 dondesang.efs.sante.fr esante.gouv.fr santepubliquefrance.fr vitalsource.com vital.co vitality.co.uk vitali.it vitale.it ameliaisland.com amelia.com camelia.fr camelia-resort.com cgss-reunion.fr cgssmartinique.fr cgss-guadeloupe.fr  secu-artistes-auteurs.fr secu-independants.fr
 assurance-vie.com assurances-maritimes.fr maladiesrares-necker.aphp.fr orpha.net carte-blanche.fr cartegrise.com cartes-ign.fr service-public.fr caf.fr doctolib.fr maiia.com mgen.fr mutualite.fr harmonie-mutuelle.fr francebleu.fr franceinter.fr france.tv
 dmp.fr dmp-paysages.fr ameland.nl vvvameland.nl camelbak.com melia.com meliahotels.com ameliorer.fr amelioration-habitat.fr familie.de famille.fr similaires.fr camelinat.fr caramel.fr la-camelia.fr pamelia.com cpamelodie.fr msadvocaten.nl dmparchitecture.fr`);

const places = words('paris lyon lille nantes rennes brest tours dijon metz nancy nice toulon albi pau agen niort vannes quimper angers lemans caen rouen arras amiens reims troyes annecy valence nimes beziers perpignan bayonne tarbes auch cahors rodez aurillac bourges orleans');
const trades = words('photographe photo coiffure patisserie fleuriste couture ceramique yoga danse illustration architecte avocat avocate notaire traduction sophrologue osteopathe naturopathe psychologue decoration jardin mariage wedding bijoux creation creations graphisme cuisine traiteur voyages immobilier paysagiste tapissier harpe violon chant esthetique institut spa blog mode design');
const crafts = words('plomberie chauffage electricite menuiserie peinture maconnerie couverture toiture garage automobiles transports carrelage serrurerie charpente elagage terrassement vins domaine boulangerie boucherie pizzeria restaurant traiteur avocat notaire architecte immobilier piscines');
const places2 = words('residence hotel camping gite jardin pepiniere ehpad restaurant chambres-hotes institut parc domaine villa');
const centres = words('maison-sante pole-sante centre-sante sante-travail msp cpts sante-environnement reseau-sante espace-sante-jeunes ecole-sante sante-animale sante-au-travail sante-et-nature');
const begins = words('vitalite vitalin vitalys vitaly vital-forme vital-sport vitalbio vitalnature revital revitalise vitaform vitafit vitalac vital-eau vital-energie espace-vital vitalisme');
const others = words('ameliorer-son-habitat amelioration-continue ameliore-ton-anglais ameliorons-paris amelioration-genetique club-amelioration agence-amelia ameline-bois isabelle-ameline maison-ameline ameline-vins amelin-peinture amelot-traiteur collège-amelot camelin-farine cameline-huile huile-de-cameline camelia-dressing les-camelias camelias-fleurs jardin-des-camelias societe-camelia pamelie-creation hamelin hamelin-ecole famelic famelique gamelin gamelier amel-couture amelle-henne ameline-notaire lamelie lamelibranche lamelier tamelier');
const msas = words('capmsa msa-conseil msa-architecture msa-moto samsa-films msa-electronique himsa musa-deco atelier-msa msa-btp msa-consulting msa-ingenierie mmsa-avocats jmsa-judo');
const cpams = words('cpamoi cpam-peinture cnam-entreprises cnam-emploi-formation scnam dmp-moto dmp-btp studio-dmp dmp-conseil admp-formation cgss-conseil cssm-judo cssm-handball cssm-natation acssm-football');
const cards = words('carte-de-visite cartes-postales carte-menu carte-cadeau-ville cartographie-vitalite carte-jeune carte-fidelite carte-avantages ma-carte-ville macarte-biblio lacarteauxtresors');
const spaces = words('mon-espace-client mon-espace-famille monespace-locataire mon-espace-jardin mon-espace-deco monespacebienetre mon-espace-sport espace-client-eau monespacepro mon-espace-bureau espace-sante-animale espace-forme espace-naturel mon-espace-formation');
const insurances = words('assurance-habitation assurance-moto assurance-chien assurance-scolaire assurances-martin assurance-voyage assurance-bateau courtier-assurances assur-conseil assurance-vie-conseil maladie-de-lyme maladie-parkinson maladies-chroniques maladie-coeliaque association-maladies-rares info-maladies-foie');
const connects = words('france-connectique france-connecteurs connect-cafe france-connexion-voyages francois-connect franc-connect connecteur-france france-fibre connect-sport france-connection-tours');
const tops = ['fr', 'fr', 'fr', 'com', 'com', 'org', 'net', 'eu', 'bzh', 'paris', 'be', 'ch'];

const shapes = [
  [10, (r) => `amelie${r.pick(['-', ''])}${r.pick(trades)}.${r.pick(tops)}`],
  [4, (r) => `amelie-${r.pick(words('durand perrin lefort rolland garnier besson morvan leroux mallet charpentier'))}${r.pick(['', `-${r.pick(trades)}`])}.${r.pick(tops)}`],
  [4, (r) => `${r.pick(trades)}-amelie.${r.pick(tops)}`],
  [6, (r) => `camelia${r.pick(['s', '', ''])}-${r.pick([...trades, ...places])}.${r.pick(tops)}`],
  [4, (r) => `${r.pick(places2)}-${r.pick(['camelia', 'les-camelias', 'des-camelias', 'amelie', 'la-vitale'])}-${r.pick(places)}.${r.pick(tops)}`],
  [8, (r) => `${r.pick([`vitale-${r.pick(crafts)}`, `${r.pick(crafts)}-vitale`, `${r.pick(words('marco luigi jean paul maria anna g p'))}-vitale`, `vitale-et-fils-${r.pick(places)}`])}.${r.pick(['fr', 'com', 'it', 'be'])}`],
  [6, (r) => `${r.pick(begins)}${r.pick(['', `-${r.pick(places)}`, `-${r.pick(words('coaching massage fitness cure bio'))}`])}.${r.pick(tops)}`],
  [7, (r) => `${r.pick(centres)}-${r.pick(places)}.${r.pick(['fr', 'com', 'org'])}`],
  [6, (r) => `${r.pick(others).replace('è', 'e')}${r.pick(['', `-${r.pick(places)}`])}.${r.pick(tops)}`],
  [4, (r) => `${r.pick(msas)}${r.pick(['', `-${r.pick(places)}`])}.${r.pick(tops)}`],
  [3, (r) => `${r.pick(cpams)}${r.pick(['', `-${r.pick(places)}`])}.${r.pick(tops)}`],
  [3, (r) => `${r.pick(cards)}-${r.pick(places)}.${r.pick(tops)}`],
  [4, (r) => `${r.pick(spaces)}${r.pick(['', `-${r.pick(places)}`])}.${r.pick(tops)}`],
  [5, (r) => `${r.pick(insurances)}${r.pick(['', `-${r.pick(places)}`])}.${r.pick(tops)}`],
  [3, (r) => `${r.pick(connects)}${r.pick(['', `-${r.pick(places)}`])}.${r.pick(tops)}`],
  [4, (r) => `${r.pick(words('pharmacie labo clinique kine dentiste opticien infirmiers sagefemme'))}-${r.pick(words('vitalis amelie camelia sante-plus du-centre vital des-lilas'))}-${r.pick(places)}.${r.pick(['fr', 'com'])}`],
  [2, (r) => `${r.pick(['www', 'blog', 'boutique', 'rdv'])}.amelie-${r.pick(trades)}.${r.pick(tops)}`],
];
const drawn = shapes.flatMap(([n, make]) => Array(n).fill(make));

export function cleanHosts(count) {
  const r = chanceOf('clean hosts');
  const found = new Set(known);
  while (found.size < count) found.add(r.pick(drawn)(r));
  return [...found];
}
