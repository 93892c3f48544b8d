import { formatsOf } from '../../formats.ts';
import type { PageTexts } from '../en/page.ts';

const { plural, number } = formatsOf<'one' | 'many'>('it');

export const page = {
  language: 'Lingua',
  places: { draw: 'Disegna', wall: 'Parete', lab: 'Laboratorio', privacy: 'Riservatezza' },
  look: { day: 'Inchiostro su carta', night: 'Gesso sulla lavagna' },
  room: 'Stanza',
  host: 'Guida',
  close: 'Chiudi',
  undo: 'Annulla',
  more: 'Altri',
  story: 'I suoi primi maestri erano americani; <em>la tua classe forse no.</em>',
  caption: {
    opinion: digit => `Se avesse imparato solo cifre americane, direbbe ${digit}.`,
    blank: 'Disegna una cifra, da 0 a 9.',
    full: 'Il disegno è pieno: annulla un tratto o comincia il prossimo.',
    looking: 'Guardo…',
    lineIsDown: 'Il tuo inchiostro resta qui. Senza connessione nessuno lo legge.',
    undecided: (digit, rival) => `Non sono ancora sicuro: ${digit} o ${rival}?`,
    unreadable: 'È davvero una cifra? Se sì, tocca quale.',
    unsure: (digit, rival) => `Non sono sicuro: ${digit} o ${rival}? Tocca che cos’è.`,
    decided: (digit, sure) => `Leggo ${digit}, ${sure}. Se no, tocca che cos’è.`,
    saving: digit => `Salvo: ${digit}…`,
    kept: digit => `È ${digit}: conservato qui, parte quando torna la connessione.`,
    noted: digit => `Annotato: è ${digit}. Grazie.`,
    right: digit => `Giusto: è ${digit}. Grazie.`,
    corrected: (digit, read) => `Annotato: ${digit}, non ${read}. Grazie.`,
    penIsDown: caption => `Matita appoggiata. ${caption}`,
  },
  draw: {
    why: 'Perché?',
    takeBack: 'ritira',
    fingerRests: 'Qui disegna una penna, le dita riposano. «Solo penna» lo cambia.',
    name: 'Disegna',
    pad: 'Foglio da disegno',
    hint: 'disegna qui',
    keys: 'Le frecce muovono la matita, più lontano con Maiusc. Spazio la appoggia e la alza. Da 0 a 9 dici che cos’è, Invio conferma, Esc comincia il prossimo, Ctrl Z annulla un tratto.',
    undoKeys: 'Ctrl + Z, o tocca con due dita',
    penOnly: 'Solo penna',
    clear: 'Cancella',
    next: 'Avanti',
    saved: 'Salvato',
    kept: 'Tenuto per dopo',
    saving: 'Salvo',
    yes: 'Sì',
    yesDigit: digit => `Sì, ${digit}`,
    notSure: 'non so',
    whatItIs: 'Che cos’è',
    mind: 'Come ha cambiato idea',
    sees: 'Che cosa vede',
    model: name => `Modello: ${name}`,
  },
  link: {
    connecting: 'mi collego',
    live: 'in diretta',
    liveWaiting: labels =>
      plural(labels, {
        one: 'in diretta, 1 risposta aspetta',
        many: `in diretta, ${number(labels)} di risposte aspettano`,
        other: `in diretta, ${number(labels)} risposte aspettano`,
      }),
    offline: 'non in linea, il tuo inchiostro resta qui',
    offlineLabels: labels =>
      plural(labels, {
        one: 'non in linea, 1 risposta aspetta',
        many: `non in linea, ${number(labels)} di risposte aspettano`,
        other: `non in linea, ${number(labels)} risposte aspettano`,
      }),
    offlineDrawings: drawings =>
      plural(drawings, {
        one: 'non in linea, 1 disegno aspetta',
        many: `non in linea, ${number(drawings)} di disegni aspettano`,
        other: `non in linea, ${number(drawings)} disegni aspettano`,
      }),
    offlineBoth: things => `non in linea, ${number(things)} risposte e disegni aspettano`,
    people: people =>
      plural(people, {
        one: '1 persona',
        many: `${number(people)} di persone`,
        other: `${number(people)} persone`,
      }),
    labelsInLobby: labels =>
      plural(labels, {
        one: '1 risposta aspetta che tu apra l’atrio',
        many: `${number(labels)} di risposte aspettano che tu apra l’atrio`,
        other: `${number(labels)} risposte aspettano che tu apra l’atrio`,
      }),
    labelsInRoom: (labels, room) =>
      plural(labels, {
        one: `1 risposta aspetta che tu apra la stanza ${room}`,
        many: `${number(labels)} di risposte aspettano che tu apra la stanza ${room}`,
        other: `${number(labels)} risposte aspettano che tu apra la stanza ${room}`,
      }),
    drawingsInLobby: drawings =>
      plural(drawings, {
        one: '1 disegno aspetta che tu apra l’atrio',
        many: `${number(drawings)} di disegni aspettano che tu apra l’atrio`,
        other: `${number(drawings)} disegni aspettano che tu apra l’atrio`,
      }),
    drawingsInRoom: (drawings, room) =>
      plural(drawings, {
        one: `1 disegno aspetta che tu apra la stanza ${room}`,
        many: `${number(drawings)} di disegni aspettano che tu apra la stanza ${room}`,
        other: `${number(drawings)} disegni aspettano che tu apra la stanza ${room}`,
      }),
    noAnswer: 'Il server non risponde. Riprova tra un momento.',
  },
  notice: {
    notTakenBack: (digit, why) => `La risposta ${digit} non è stata ritirata: ${why}`,
    full: 'In questo disegno non entra altro inchiostro. Annulla un tratto o comincia il prossimo.',
    crowded: 'Disegnano in così tanti che le risposte arrivano meno spesso.',
    notTaken: (digit, why) => `La risposta ${digit} non è stata accettata: ${why}`,
    ended: 'Chi guida ha chiuso questa stanza. Ciò che vi è stato disegnato è cancellato.',
    frozen: 'Chi guida ha bloccato la parete. Il tuo inchiostro resta qui finché si riprende.',
    paused: 'Chi guida ha messo in pausa la tua matita. Il tuo inchiostro resta qui.',
    goesOn: 'Puoi disegnare di nuovo.',
    hidden: 'Chi guida ha tolto questo disegno dalla parete.',
    cleared: 'Chi guida ha svuotato la parete. Ecco un foglio nuovo.',
  },
  lesson: {
    first: 'Prima versione',
    numbered: (lesson, time) => `Lezione ${number(lesson)}, ${time}`,
    unnumbered: time => `Lezione delle ${time}`,
  },
  opening: {
    opening: 'Apro …',
    away: 'Il server non risponde.',
    soon: 'Questa pagina si apre da sola quando torna.',
    back: 'Indietro',
  },
} satisfies PageTexts;
