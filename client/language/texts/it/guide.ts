import type { GuideTexts } from '../en/guide.ts';

export const guide = {
  next: {
    draw: 'Adesso: disegna e di’ che cifra è. Nove o dieci disegni dello stesso tipo fanno una buona lezione.',
    teach: button => `Adesso: premi «${button}».`,
    wait: 'Sta imparando. Guarda la curva; poi fa un esame.',
    look: 'Adesso: disegnane un’altra. È sicuro ora? Se no, tocca quella giusta.',
    answer_more:
      'Adesso: disegna ancora qualche cifra di quelle che legge male, meglio se anche altre persone, e insegna di nuovo. Quello che hai detto resta.',
    again: 'Adesso: insegna di nuovo. Quello che hai detto resta.',
  },
  help: {
    title: 'Aiutami con questi',
    last: 'Era l’ultimo. Grazie!',
    what: 'Che cos’è',
    ask: 'Che cos’è questo?',
    either: (first, second) => `È un ${first} o un ${second}? O che cos’è?`,
    skip: 'Salta',
    takeBack: 'Annulla l’ultimo',
    count: (given, left) => `Risposte: ${given}. Ne restano: ${left}. I tasti da 0 a 9 rispondono.`,
  },
  guide: {
    vienna: 'Un 1, come lo scrivono a Vienna …',
    yours: 'Ora tu: scrivi una cifra.',
    invent: 'Oppure inventa dieci segni.',
    how: button =>
      `Disegna un segno e tocca la cifra che rappresenta. Fallo disegnare anche ad altri. Dopo una decina di disegni, premi «${button}» nel laboratorio.`,
    toLab: 'Al laboratorio',
    good: 'Bene',
    read: digit => `Leggo ${digit}.`,
    unsure: 'Non sono sicuro.',
    plain: digit => `Se avessi imparato solo cifre americane, direi ${digit}.`,
    plainUnsure: 'Se avessi imparato solo cifre americane, non sarei sicuro.',
  },
} satisfies GuideTexts;
