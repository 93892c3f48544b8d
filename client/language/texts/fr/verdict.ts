import { formatsOf } from '../../formats.ts';
import type { VerdictTexts } from '../en/verdict.ts';

const { plural, number } = formatsOf<'one' | 'many'>('fr');

export const verdict = {
  phases: {
    queued: 'Attend son tour',
    finding: 'Cherche un appareil',
    measuring: 'Mesure ce qu’il sait',
    training: 'S’entraîne',
    trainingStep: (step, steps) => `S’entraîne ${number(step)}/${number(steps)}`,
    judging: 'Passe l’examen',
    learningQueued: 'Il apprend de la salle : il attend son tour…',
    learningMeasuring: 'Il apprend de la salle : il mesure ce qu’il sait…',
    learningStep: (step, steps) => `Il apprend de la salle… ${number(step)}/${number(steps)}`,
    learningTraining: 'Il apprend de la salle : il s’entraîne…',
    learningJudging: 'Il apprend de la salle : il passe l’examen…',
    learned: 'Il a appris.',
    learnedVersion: version => `Il a appris. Désormais, c’est ${version} qui lit.`,
    refused: 'Pas cette fois : il reste comme il était.',
    failed: 'La leçon s’est interrompue.',
    cancelled: 'La leçon a été arrêtée.',
    switched: version => `Désormais, c’est ${version} qui lit.`,
  },
  lesson: {
    title: 'La leçon',
    curve: 'lu juste pendant l’entraînement',
    room: 'Il apprend de la salle',
    device: device => `Il apprend sur : ${device}`,
    aDevice: 'l’appareil de quelqu’un ici',
    who: ({ drawings, people }) =>
      people === 1
        ? plural(drawings, {
            one: `Il apprend de la salle : ${number(drawings)} dessin de 1 personne`,
            many: `Il apprend de la salle : ${number(drawings)} de dessins de 1 personne`,
            other: `Il apprend de la salle : ${number(drawings)} dessins de 1 personne`,
          })
        : `Il apprend de la salle : ${number(drawings)} dessins de ${number(people)} personnes`,
    whoOn: ({ drawings, people }, device) =>
      people === 1
        ? plural(drawings, {
            one: `Il apprend sur ${device} : ${number(drawings)} dessin de 1 personne`,
            many: `Il apprend sur ${device} : ${number(drawings)} de dessins de 1 personne`,
            other: `Il apprend sur ${device} : ${number(drawings)} dessins de 1 personne`,
          })
        : `Il apprend sur ${device} : ${number(drawings)} dessins de ${number(people)} personnes`,
  },
  flip: (before, now) => `Un dessin de cette salle, lu ${before} avant, maintenant ${now}`,
  digits: {
    title: 'Parmi les dessins appris, lus juste avant et maintenant :',
    spoken: (digit, { before, after, count }) =>
      `${digit} : ${number(before)} sur ${number(count)} avant, ${number(after)} maintenant`,
    change: (before, after, count) => `${number(before)} → ${number(after)} sur ${number(count)}`,
  },
  learned: (learned, misread) =>
    `Sur ${number(misread)} dessins qu’il lisait faux, il en lit maintenant ${number(learned)} juste.`,
  better: 'Il lit mieux qu’avant.',
  setAside: answers =>
    plural(answers, {
      one: `${number(answers)} réponse n’allait pas avec son dessin et a été laissée de côté.`,
      many: `${number(answers)} de réponses n’allaient pas avec leurs dessins et ont été laissées de côté.`,
      other: `${number(answers)} réponses n’allaient pas avec leurs dessins et ont été laissées de côté.`,
    }),
  digitFell: digit =>
    `Il lirait moins bien le ${digit}. Dessine quelques ${digit} ordinaires, dis ce que c’est, et recommence la leçon.`,
  refused: {
    not_finite: 'La leçon est ratée. Essaie encore.',
    too_little_evidence: 'Il y avait trop peu à apprendre. Dessine encore et dis ce que c’est.',
    labels_doubted:
      'Les réponses contredisent ce que les dessins montrent clairement. Relis-les et corrige-les.',
    mnist_fell: 'Il lirait moins bien les chiffres de tous les jours. Apprends-lui aussi d’autres chiffres.',
    digit_fell:
      'Il lirait moins bien un des chiffres. Dessine les dix de façon ordinaire et recommence la leçon.',
    pens_fell: 'Il lirait moins bien l’écriture des autres. Apprends-lui des dessins de plus de personnes.',
    strangers_fell:
      'Il lirait moins bien les autres personnes ici. Laisse plus de gens dessiner et répondre.',
    corrections_forgotten:
      'Il oublierait ce qu’il a appris avant. Apprends-lui encore l’ancien avec le nouveau.',
    canaries_fired:
      'Il prendrait des gribouillis pour des chiffres. Retire la réponse de ce qui n’est pas un chiffre.',
    calibration_fell: 'Il serait trop sûr de lui. Donne-lui plus de dessins pour apprendre.',
    too_slow: 'Il deviendrait trop lent.',
    nothing_learned:
      'Il n’a pas compris ce qui était voulu. Dessine-le encore quelques fois et dis ce que c’est.',
  },
} satisfies VerdictTexts;
