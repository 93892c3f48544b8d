import type { GuideTexts } from '../en/guide.ts';

export const guide = {
  next: {
    draw: 'Et maintenant : dessine, et dis quel chiffre c’est. Neuf ou dix dessins du même genre font une bonne leçon.',
    teach: button => `Et maintenant : appuie sur « ${button} ».`,
    wait: 'Il apprend. Regarde la courbe ; ensuite, il passe un examen.',
    look: 'Et maintenant : dessine encore un chiffre. Est-il sûr à présent ? Sinon, touche le bon chiffre.',
    answer_more:
      'Et maintenant : dessine encore quelques-uns des chiffres qu’il lit mal, à plusieurs si possible, et recommence la leçon. Ce que tu as dit est gardé.',
    again: 'Et maintenant : recommence la leçon. Ce que tu as dit est gardé.',
  },
  help: {
    title: 'Aide-moi avec ceux-ci',
    last: 'C’était le dernier. Merci !',
    what: 'Ce que c’est',
    ask: 'Qu’est-ce que c’est ?',
    either: (first, second) => `Est-ce un ${first} ou un ${second} ? Ou autre chose ?`,
    skip: 'Passer',
    takeBack: 'Reprendre le dernier',
    count: (given, left) => `Réponses : ${given}. Reste : ${left}. Les touches 0 à 9 répondent.`,
  },
  guide: {
    vienna: 'Un 1, comme on l’écrit à Vienne …',
    yours: 'À toi : écris un chiffre.',
    invent: 'Ou invente dix signes.',
    how: button =>
      `Dessine un signe et touche le chiffre qu’il représente. Fais-le dessiner à d’autres. Après une dizaine de dessins, appuie sur « ${button} » au labo.`,
    toLab: 'Vers le labo',
    good: 'Bien',
    read: digit => `Je lis ${digit}.`,
    unsure: 'Je ne suis pas sûr.',
    plain: digit => `Si je n’avais appris que des chiffres américains, je dirais ${digit}.`,
    plainUnsure: 'Si je n’avais appris que des chiffres américains, je ne serais pas sûr.',
  },
} satisfies GuideTexts;
