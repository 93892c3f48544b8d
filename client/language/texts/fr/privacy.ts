import { formatsOf } from '../../formats.ts';
import type { PrivacyTexts } from '../en/privacy.ts';

const { plural, number } = formatsOf<'one' | 'many'>('fr');

export const privacy = {
  title: 'Ce qu’Inkling garde de toi',
  own: {
    title: 'Tes dessins',
    unknown: 'Tout ce que ce navigateur a dessiné ici, dans chaque salle :',
    drawings: drawings =>
      plural(drawings, {
        one: `Ce serveur garde ${number(drawings)} dessin de ce navigateur.`,
        many: `Ce serveur garde ${number(drawings)} de dessins de ce navigateur.`,
        other: `Ce serveur garde ${number(drawings)} dessins de ce navigateur.`,
      }),
    labelled: drawings =>
      plural(drawings, {
        one: `Tu as donné un chiffre à ${number(drawings)} d’entre eux.`,
        many: `Tu as donné un chiffre à ${number(drawings)} d’entre eux.`,
        other: `Tu as donné un chiffre à ${number(drawings)} d’entre eux.`,
      }),
    sure: 'Les effacer tous, dans chaque salle ? Personne ne pourra les ramener.',
    reallyErase: 'Les effacer pour toujours',
    keep: 'Les garder',
    takeHome: 'Les emporter',
    erase: 'Les effacer',
    erased: drawings =>
      plural(drawings, {
        one: `${number(drawings)} dessin enregistré effacé.`,
        many: `${number(drawings)} de dessins enregistrés effacés.`,
        other: `${number(drawings)} dessins enregistrés effacés.`,
      }),
    nothing: 'Il n’y a encore rien à emporter ni à effacer.',
  },
  stored: {
    title: 'Ce qui est enregistré',
    drawings:
      'Chaque dessin que tu as fini ou auquel tu as donné un chiffre : ses traits, quand et dans quelle salle il a été fait, ce qui a été lu et ce que tu as dit que c’est.',
    cookie: 'Un cookie avec un nombre au hasard. Il dit quels dessins sont à toi, et rien d’autre sur toi.',
    network:
      'Dès que tu donnes un chiffre : une marque brouillée du réseau où tu es (un hachage à clé), pour qu’une personne ne compte pas pour plusieurs. Ton adresse elle-même n’est pas enregistrée.',
    name: 'Ton nom, si tu en tapes un, reste dans ton navigateur. La salle le voit tant que tu es là ; il n’est enregistré nulle part ailleurs.',
  },
  days: {
    title: 'Combien de temps',
    unknown: 'Le serveur ne répond pas en ce moment, et lui seul sait pour combien de jours.',
    unlabelled: days =>
      plural(days, {
        one: `Les dessins auxquels personne n’a donné de chiffre : ${number(days)} jour, si tu ne les effaces pas avant.`,
        many: `Les dessins auxquels personne n’a donné de chiffre : ${number(days)} de jours, si tu ne les effaces pas avant.`,
        other: `Les dessins auxquels personne n’a donné de chiffre : ${number(days)} jours, si tu ne les effaces pas avant.`,
      }),
    unlabelledKept:
      'Les dessins auxquels personne n’a donné de chiffre : jusqu’à ce que toi ou les responsables de ce serveur les effaciez.',
    labelled: days =>
      plural(days, {
        one: `Les dessins avec un chiffre, qui servent à apprendre : ${number(days)} jour, si tu ne les effaces pas avant.`,
        many: `Les dessins avec un chiffre, qui servent à apprendre : ${number(days)} de jours, si tu ne les effaces pas avant.`,
        other: `Les dessins avec un chiffre, qui servent à apprendre : ${number(days)} jours, si tu ne les effaces pas avant.`,
      }),
    labelledKept:
      'Les dessins avec un chiffre, qui servent à apprendre : jusqu’à ce que toi ou les responsables de ce serveur les effaciez.',
    network: 'La marque de ton réseau part avec ton dernier dessin.',
    learned:
      'Ce qu’un modèle a appris reste appris. Le Labo dit pour chaque modèle combien de ses dessins ont été effacés depuis.',
  },
  readers: {
    title: 'Qui le voit',
    room: 'Tous ceux qui sont dans la salle, et tous ceux qui connaissent son nom. Ton propre nom n’est vu que tant que tu es là.',
    operators: 'Les responsables de ce serveur.',
    trainers: 'Un navigateur de la salle qui aide à apprendre reçoit des dessins avec un chiffre, sans noms.',
  },
  never: {
    title: 'Ce qui n’arrive jamais',
    others: 'Tes dessins ne vont vers aucun autre site, et cette page ne demande rien à aucun autre site.',
    counting: 'Pas de publicité, pas de comptage des visiteurs, pas de compte, pas de liste de qui tu es.',
  },
  questions: {
    title: 'Des questions',
    ask: 'Demande à <contact></contact>.',
    askWhoever: 'Demande aux gens qui t’ont donné l’adresse de cette page.',
  },
} satisfies PrivacyTexts;
