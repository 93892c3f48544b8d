import { formatsOf } from '../../formats.ts';
import type { LabTexts } from '../en/lab.ts';

const { plural, number } = formatsOf<'one' | 'many'>('fr');

export const lab = {
  teach: {
    setAside: (labels, mostOfOne) =>
      plural(labels, {
        one: `${number(labels)} réponse ne va pas avec son dessin, dont ${number(mostOfOne)} d’une seule personne : elle attend que la personne qui anime l’accepte.`,
        many: `${number(labels)} de réponses ne vont pas avec leurs dessins, dont ${number(mostOfOne)} d’une seule personne : elles attendent que la personne qui anime les accepte.`,
        other: `${number(labels)} réponses ne vont pas avec leurs dessins, dont ${number(mostOfOne)} d’une seule personne : elles attendent que la personne qui anime les accepte.`,
      }),
    setAsideOfOne: labels =>
      `${number(labels)} réponses d’une seule personne ne vont pas avec leurs dessins : elles attendent que la personne qui anime les accepte.`,
    title: 'Apprendre',
    unavailable: 'Le serveur ne dit pas en ce moment ce qu’il a appris.',
    looking: 'Je regarde…',
    nothing: 'Rien de nouveau à apprendre. Dessine, et dis ce que c’était.',
    waiting: answers =>
      plural(answers, {
        one: 'réponse dont il n’a pas encore appris',
        many: 'réponses dont il n’a pas encore appris',
        other: 'réponses dont il n’a pas encore appris',
      }),
    adminStarts: 'Ici, c’est l’administration qui lance la leçon.',
    mayForget: 'Pour cette leçon, il peut oublier jusqu’à 10 chiffres américains sur 100, sinon 1.',
    few: (answers, good) =>
      `${number(answers)} réponses sur ${number(good)} : une bonne leçon en demande environ ${number(good)}, de plusieurs personnes.`,
    enough: 'Assez pour une bonne leçon.',
    meter: 'Réponses pour une bonne leçon',
    start: 'Apprends-lui ce que tu as dit',
    stop: 'Arrêter la leçon',
    progress: 'La leçon',
    curve: 'Lu juste pendant l’entraînement',
    details: 'Détails',
    loss: 'Erreur (loss)',
    said: 'Ce qui a été dit',
    readRight: 'lu juste',
    readWrong: 'lu faux',
    digit: (digit, said, wrong) => `${digit} : ${number(said)} dits, ${number(wrong)} lus faux`,
  },
  unsure: {
    title: 'Ce dont il n’est pas sûr',
    nothing:
      'Personne n’a encore rien dit. Dessine un chiffre, dis ce que c’est, et tu verras ici ce qu’il confond.',
    none: 'Il a lu juste tout ce que les gens ont dit ici. Dessine avec une autre écriture pour voir.',
    wrong: (digit, wrong, said) => `<b>${digit}</b> lu faux ${number(wrong)} fois sur ${number(said)}`,
    next: digit => `Ensuite : dessine encore des ${digit}, chacun un peu différent, et dis ce que c’est.`,
  },
  learned: {
    title: 'Ce qu’il a appris',
    nothing:
      'Pas encore de leçon. Après une leçon, tu verras ici ce qu’il a appris et ce que cela a coûté. Une leçon qui le rend moins bon est refusée.',
    promoted: 'Il a appris.',
    refused: 'Pas cette fois.',
    staysAs: version => `${version} reste tel quel.`,
    details: 'Tous les chiffres',
    before: 'Avant',
    after: 'Après',
    was: share => `${share} avant`,
    change: (was, is) => `${was} avant, ${is} après`,
    legend: '○ avant ● après',
    evidenceNone:
      'Preuve : aucune. Il n’y a pas de dessins de personnes dont les réponses ne servent jamais à apprendre.',
    evidenceFew: drawings =>
      plural(drawings, {
        one: `Preuve : faible. ${number(drawings)} dessin de personnes dont les réponses ne servent jamais à apprendre.`,
        many: `Preuve : faible. ${number(drawings)} de dessins de personnes dont les réponses ne servent jamais à apprendre.`,
        other: `Preuve : faible. ${number(drawings)} dessins de personnes dont les réponses ne servent jamais à apprendre.`,
      }),
    evidenceEnough: drawings =>
      plural(drawings, {
        one: `Preuve : bonne. ${number(drawings)} dessin de personnes dont les réponses ne servent jamais à apprendre.`,
        many: `Preuve : bonne. ${number(drawings)} de dessins de personnes dont les réponses ne servent jamais à apprendre.`,
        other: `Preuve : bonne. ${number(drawings)} dessins de personnes dont les réponses ne servent jamais à apprendre.`,
      }),
    noHeldOut: 'Il n’y a pas de dessins de personnes mises de côté pour vérifier.',
    strangers: 'Dessins de personnes mises de côté',
    mnist: 'Chiffres MNIST mis de côté',
    readAs: 'Ce qui a été lu comme quoi',
    sets: {
      strangers: 'Personnes mises de côté',
      lessons: 'Les leçons',
      corrections: 'Réponses d’avant',
      mnist: 'MNIST',
      marked: 'Chiffres marqués',
    },
    wrongOf: (title, wrong, count) => `${title} : ${number(wrong)} lus faux sur ${number(count)}`,
    noMistake: 'Aucune erreur.',
    sameMistakes: 'Aucune erreur de plus, aucune de moins.',
    pair: (label, read) => `<b>${label}</b> lu <b>${read}</b>`,
    cell: (label, read, count) => `${label} lu ${read} : ${number(count)}`,
    moreMistakes: mistakes => `et ${number(mistakes)} autres`,
    axes: 'Lignes : ce que c’est. Colonnes : ce qui a été lu.',
  },
  setAside: {
    title: 'Mis de côté',
    advice: 'Il est sûr que ces dessins montrent un autre chiffre. À toi de dire qui a raison.',
    from: labels =>
      plural(labels, {
        one: `${number(labels)} réponse d’une personne`,
        many: `${number(labels)} de réponses d’une personne`,
        other: `${number(labels)} réponses d’une personne`,
      }),
    accept: 'Accepter',
    drop: 'Rejeter',
    say: label => `On a dit <b>${label}</b>`,
    reads: (own, plain) =>
      `Il lit ${own.digit} (${own.sure}) ; avec les seuls chiffres américains, ${plain.digit} (${plain.sure}).`,
  },
  versions: {
    startOver: 'Recommencer depuis la première version',
    title: 'Les versions',
    unavailable: 'Les versions ne sont pas disponibles pour le moment.',
    readsNow: 'lit maintenant',
    previous: 'celle d’avant',
    refused: 'refusée',
    candidate: 'en examen',
    shipped: 'Telle qu’Inkling est arrivé',
    taughtHere: drawings =>
      plural(drawings, {
        one: `a appris de ${number(drawings)} dessin, sur le serveur`,
        many: `a appris de ${number(drawings)} de dessins, sur le serveur`,
        other: `a appris de ${number(drawings)} dessins, sur le serveur`,
      }),
    taughtInBrowser: drawings =>
      plural(drawings, {
        one: `a appris de ${number(drawings)} dessin, dans un navigateur`,
        many: `a appris de ${number(drawings)} de dessins, dans un navigateur`,
        other: `a appris de ${number(drawings)} dessins, dans un navigateur`,
      }),
    brought: 'apportée',
    erased: drawings =>
      plural(drawings, {
        one: `${number(drawings)} dessin dont elle a appris a été effacé depuis`,
        many: `${number(drawings)} de dessins dont elle a appris ont été effacés depuis`,
        other: `${number(drawings)} dessins dont elle a appris ont été effacés depuis`,
      }),
    dropped: 'Elle n’est plus gardée et ne peut pas revenir.',
    show: 'Ce qu’elle a appris',
    rollBack: 'Revenir à celle-ci',
    promote: 'La laisser lire',
    details: 'Chiffres de toutes les versions',
    everyday: 'chiffres MNIST mis de côté',
    heldOut: 'personnes mises de côté',
    unknown: 'inconnu',
    onMnist: share => `chiffres MNIST mis de côté ${share}`,
    onHeldOut: share => `personnes mises de côté ${share}`,
    technical: (version, mnist, heldOut) =>
      `${version} : chiffres MNIST mis de côté ${mnist}, personnes mises de côté ${heldOut}`,
    point: (version, time, figure) => `${version}, ${time} : ${figure}`,
  },
  drawings: {
    title: 'Dessins',
    advice: 'Ouvre un dessin pour le corriger, ou pour n’apprendre que lui.',
    none: 'Aucun de cette sorte.',
    all: 'Tous',
    labelled: 'Avec une réponse',
    wrong: 'Lus faux',
    whichDigit: 'Quel chiffre',
    anyDigit: 'Tous les chiffres',
    whichVersion: 'Lu par quelle version',
    anyVersion: 'Toutes les versions',
    allRooms: 'Toutes les salles',
    notReadUnknown: 'Un dessin, pas lu, personne n’a dit ce que c’est',
    notReadIs: label => `Un dessin, pas lu, c’est ${label}`,
    readUnknown: digit => `Un dessin, lu ${digit}, personne n’a dit ce que c’est`,
    readRight: digit => `Un dessin, lu ${digit}, juste`,
    readWrong: (digit, label) => `Un dessin, lu ${digit}, c’est ${label}`,
  },
  sheet: {
    notReadUnknown: 'Pas lu ; personne n’a dit ce que c’est',
    notReadIs: label => `Pas lu, mais c’est ${label}`,
    readUnknown: digit => `Lu ${digit} ; personne n’a dit ce que c’est`,
    readRight: digit => `Lu ${digit}, et c’est juste`,
    readWrong: (digit, label) => `Lu ${digit}, mais c’est ${label}`,
    whatItIs: 'Ce que c’est',
    takeOff: 'Retirer la réponse',
    predict: 'Relire',
    teachThis: 'N’apprendre que celui-ci',
    remove: 'Supprimer',
    reallyRemove: 'Oui, supprimer pour toujours',
    drawnAt: time => `Dessiné : ${time}`,
    drawnIn: (time, room) => `Dessiné : ${time}, dans la salle ${room}`,
    mineAt: time => `Dessiné par toi : ${time}`,
    mineIn: (time, room) => `Dessiné par toi : ${time}, dans la salle ${room}`,
    atFirst: 'au début',
    atFirstRead: (digit, sure) => `au début : ${digit}, ${sure}`,
    now: (digit, sure) => `maintenant : ${digit}, ${sure}`,
  },
  browser: {
    start: 'Apprendre dans ce navigateur',
    again: 'Recommencer',
    stop: 'Arrêter ici',
    trying: 'Essaie ce qui calcule le plus vite ici…',
    tryingKind: kind => `Essaie ce qui calcule le plus vite ici : ${kind}…`,
    javascript: 'JavaScript simple',
    details: 'Ce qui calcule ici',
    speed: digits => `${number(digits)} chiffres par seconde`,
    fasterThan: others => `plus rapide que ${others}`,
    device: (name, speed) => `${name} (${number(speed)})`,
    unknownDevice: 'inconnu',
    teaching: (browsers, devices) =>
      plural(browsers, {
        one: `${number(browsers)} navigateur aide à apprendre : ${devices}`,
        many: `${number(browsers)} de navigateurs aident à apprendre : ${devices}`,
        other: `${number(browsers)} navigateurs aident à apprendre : ${devices}`,
      }),
    several: (count, device) => `${number(count)} × ${device}`,
    lost: device => `${device} a lâché ; le suivant prend le relais.`,
    missed: 'Le tour a continué sans ce navigateur ; recommence pour le prochain.',
    notFetched: 'Ce qu’il y a à apprendre n’a pas pu être chargé.',
    stopped: 'Arrêté ; rien n’a été envoyé.',
    left: 'Arrêté quand la page a été quittée ; rien n’a été envoyé.',
    notLoaded: 'Le programme d’apprentissage n’a pas pu être chargé.',
    unfit: why => `Rien ici ne peut apprendre. ${why}`,
    otherNet: 'Le modèle a été refait depuis que cette page est ouverte. Recharge-la pour lui apprendre.',
    noLabel: 'Il n’y a pas de réponse dont apprendre.',
    disbelief:
      'Ces réponses contredisent partout ce que le modèle lit avec certitude : il n’en a rien appris.',
  },
  home: {
    title: 'Emporte-les chez toi',
    text: 'Chaque dessin avec ses traits, ce qui a été lu et ce que c’est, un par ligne. Ce qui est rapporté s’ajoute à ce qui est ici.',
    export: 'Exporter tous les dessins',
    import: 'Importer un fichier',
    sending: file => `Envoi de ${file}…`,
    reading: file => `Lecture de ${file}…`,
    added: drawings =>
      plural(drawings, {
        one: `${number(drawings)} dessin ajouté.`,
        many: `${number(drawings)} de dessins ajoutés.`,
        other: `${number(drawings)} dessins ajoutés.`,
      }),
    known: drawings =>
      plural(drawings, {
        one: `${number(drawings)} était déjà ici.`,
        many: `${number(drawings)} étaient déjà ici.`,
        other: `${number(drawings)} étaient déjà ici.`,
      }),
    refused: lines =>
      plural(lines, {
        one: `${number(lines)} ligne illisible.`,
        many: `${number(lines)} de lignes illisibles.`,
        other: `${number(lines)} lignes illisibles.`,
      }),
    admin:
      'Pour l’administration : exporter, importer, revenir en arrière. La clé est dans le lien que le serveur a affiché.',
    token: 'Clé d’administration',
    signIn: 'Se connecter',
  },
} satisfies LabTexts;
