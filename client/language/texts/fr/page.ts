import { formatsOf } from '../../formats.ts';
import type { PageTexts } from '../en/page.ts';

const { plural, number } = formatsOf<'one' | 'many'>('fr');

export const page = {
  language: 'Langue',
  places: { draw: 'Dessiner', wall: 'Mur', lab: 'Labo', privacy: 'Vie privée' },
  look: { day: 'Encre sur papier', night: 'Craie au tableau' },
  room: 'Salle',
  host: 'Animer',
  close: 'Fermer',
  undo: 'Annuler',
  more: 'Plus',
  story: 'Il a appris auprès d’Américains ; <em>ta classe peut-être pas.</em>',
  caption: {
    opinion: digit => `S’il n’avait appris que des chiffres américains, il dirait ${digit}.`,
    blank: 'Dessine un chiffre, de 0 à 9.',
    full: 'Le dessin est plein : annule un trait, ou commence le suivant.',
    looking: 'Je regarde…',
    lineIsDown: 'Ton encre est gardée. Personne ne la lit sans connexion.',
    undecided: (digit, rival) => `Pas encore sûr : ${digit}, ou ${rival} ?`,
    unreadable: 'Est-ce bien un chiffre ? Si oui, touche lequel.',
    unsure: (digit, rival) => `Pas sûr : ${digit}, ou ${rival} ? Touche ce que c’est.`,
    decided: (digit, sure) => `Je lis ${digit}, ${sure}. Sinon, touche ce que c’est.`,
    saving: digit => `J’enregistre : ${digit}…`,
    kept: digit => `C’est ${digit} : gardé ici, envoyé quand la connexion revient.`,
    noted: digit => `Noté : c’est ${digit}. Merci.`,
    right: digit => `Juste : c’est ${digit}. Merci.`,
    corrected: (digit, read) => `Noté : ${digit}, pas ${read}. Merci.`,
    penIsDown: caption => `Crayon posé. ${caption}`,
  },
  draw: {
    why: 'Pourquoi ?',
    takeBack: 'reprendre',
    fingerRests: 'Ici un stylet dessine, les doigts se reposent. « Stylet seul » change cela.',
    name: 'Dessiner',
    pad: 'Feuille de dessin',
    hint: 'dessine ici',
    keys: 'Les flèches déplacent le crayon, plus loin avec Maj. Espace le pose et le lève. 0 à 9 disent ce que c’est, Entrée confirme, Échap commence le suivant, Ctrl Z annule un trait.',
    undoKeys: 'Ctrl + Z, ou toucher avec deux doigts',
    penOnly: 'Stylet seul',
    clear: 'Effacer',
    next: 'Suivant',
    saved: 'Enregistré',
    kept: 'Gardé pour plus tard',
    saving: 'J’enregistre',
    yes: 'Oui',
    yesDigit: digit => `Oui, ${digit}`,
    notSure: 'pas sûr',
    whatItIs: 'Ce que c’est',
    mind: 'Comment son avis a changé',
    sees: 'Ce qu’il voit',
    model: name => `Modèle : ${name}`,
  },
  link: {
    connecting: 'connexion…',
    live: 'en direct',
    liveWaiting: labels =>
      plural(labels, {
        one: `en direct, ${number(labels)} réponse attend`,
        many: `en direct, ${number(labels)} de réponses attendent`,
        other: `en direct, ${number(labels)} réponses attendent`,
      }),
    offline: 'hors ligne, ton encre est gardée',
    offlineLabels: labels =>
      plural(labels, {
        one: `hors ligne, ${number(labels)} réponse attend`,
        many: `hors ligne, ${number(labels)} de réponses attendent`,
        other: `hors ligne, ${number(labels)} réponses attendent`,
      }),
    offlineDrawings: drawings =>
      plural(drawings, {
        one: `hors ligne, ${number(drawings)} dessin attend`,
        many: `hors ligne, ${number(drawings)} de dessins attendent`,
        other: `hors ligne, ${number(drawings)} dessins attendent`,
      }),
    offlineBoth: things => `hors ligne, ${number(things)} réponses et dessins attendent`,
    people: people =>
      plural(people, {
        one: `${number(people)} personne`,
        many: `${number(people)} de personnes`,
        other: `${number(people)} personnes`,
      }),
    labelsInLobby: labels =>
      plural(labels, {
        one: `${number(labels)} réponse attend que tu ouvres le hall`,
        many: `${number(labels)} de réponses attendent que tu ouvres le hall`,
        other: `${number(labels)} réponses attendent que tu ouvres le hall`,
      }),
    labelsInRoom: (labels, room) =>
      plural(labels, {
        one: `${number(labels)} réponse attend que tu ouvres la salle ${room}`,
        many: `${number(labels)} de réponses attendent que tu ouvres la salle ${room}`,
        other: `${number(labels)} réponses attendent que tu ouvres la salle ${room}`,
      }),
    drawingsInLobby: drawings =>
      plural(drawings, {
        one: `${number(drawings)} dessin attend que tu ouvres le hall`,
        many: `${number(drawings)} de dessins attendent que tu ouvres le hall`,
        other: `${number(drawings)} dessins attendent que tu ouvres le hall`,
      }),
    drawingsInRoom: (drawings, room) =>
      plural(drawings, {
        one: `${number(drawings)} dessin attend que tu ouvres la salle ${room}`,
        many: `${number(drawings)} de dessins attendent que tu ouvres la salle ${room}`,
        other: `${number(drawings)} dessins attendent que tu ouvres la salle ${room}`,
      }),
    noAnswer: 'Le serveur ne répond pas. Réessaie dans un instant.',
  },
  notice: {
    notTakenBack: (digit, why) => `La réponse ${digit} n’a pas été reprise : ${why}`,
    full: 'Ce dessin a toute l’encre possible. Annule un trait, ou commence le suivant.',
    crowded: 'Tant de gens dessinent que les réponses viennent moins souvent.',
    notTaken: (digit, why) => `La réponse ${digit} n’a pas été prise : ${why}`,
    ended: 'La personne qui anime a fermé cette salle. Ce qui y a été dessiné est effacé.',
    frozen: 'La personne qui anime a figé le mur. Ton encre reste ici jusqu’à la reprise.',
    paused: 'La personne qui anime a mis ton crayon en pause. Ton encre reste ici.',
    goesOn: 'Tu peux de nouveau dessiner.',
    hidden: 'La personne qui anime a retiré ce dessin du mur.',
    cleared: 'La personne qui anime a vidé le mur. Voici une feuille neuve.',
  },
  lesson: {
    first: 'Première version',
    numbered: (lesson, time) => `Leçon ${number(lesson)}, ${time}`,
    unnumbered: time => `Leçon de ${time}`,
  },
  opening: {
    opening: 'J’ouvre …',
    away: 'Le serveur ne répond pas.',
    soon: 'Cette page s’ouvrira d’elle-même à son retour.',
    back: 'Retour',
  },
} satisfies PageTexts;
