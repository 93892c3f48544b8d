import { formatsOf } from '../../formats.ts';
import type { PrivacyTexts } from '../en/privacy.ts';

const { plural, number } = formatsOf<'one' | 'many'>('it');

export const privacy = {
  title: 'Che cosa Inkling conserva di te',
  own: {
    title: 'I tuoi disegni',
    unknown: 'Tutto ciò che questo browser ha disegnato qui, in ogni stanza:',
    drawings: drawings =>
      plural(drawings, {
        one: 'Questo server conserva 1 disegno di questo browser.',
        many: `Questo server conserva ${number(drawings)} di disegni di questo browser.`,
        other: `Questo server conserva ${number(drawings)} disegni di questo browser.`,
      }),
    labelled: drawings => `A ${number(drawings)} di questi hai dato una cifra.`,
    sure: 'Cancellarli tutti, in ogni stanza? Nessuno potrà riportarli indietro.',
    reallyErase: 'Cancellali per sempre',
    keep: 'Tienili',
    takeHome: 'Portali a casa',
    erase: 'Cancellali',
    erased: drawings =>
      plural(drawings, {
        one: '1 disegno conservato cancellato.',
        many: `${number(drawings)} di disegni conservati cancellati.`,
        other: `${number(drawings)} disegni conservati cancellati.`,
      }),
    nothing: 'Non c’è ancora niente da prendere o da cancellare.',
  },
  stored: {
    title: 'Che cosa si conserva',
    drawings:
      'Ogni disegno che hai finito o a cui hai dato una cifra: le sue linee, quando e in quale stanza è stato fatto, come è stato letto e che cosa hai detto che è.',
    cookie: 'Un cookie con un numero a caso. Dice quali disegni sono tuoi, e nient’altro di te.',
    network:
      'Appena dai una cifra: un segno cifrato della rete in cui sei (un hash con chiave), perché una persona non conti per molte. Il tuo indirizzo non viene conservato.',
    name: 'Il tuo nome, se ne scrivi uno, resta nel tuo browser. La stanza lo vede finché ci sei; non è conservato da nessun’altra parte.',
  },
  days: {
    title: 'Per quanto tempo',
    unknown: 'Il server ora non risponde, e solo lui sa per quanti giorni.',
    unlabelled: days =>
      plural(days, {
        one: 'I disegni a cui nessuno ha dato una cifra: 1 giorno, se non li cancelli prima.',
        many: `I disegni a cui nessuno ha dato una cifra: ${number(days)} di giorni, se non li cancelli prima.`,
        other: `I disegni a cui nessuno ha dato una cifra: ${number(days)} giorni, se non li cancelli prima.`,
      }),
    unlabelledKept:
      'I disegni a cui nessuno ha dato una cifra: finché tu o chi gestisce questo server li cancella.',
    labelled: days =>
      plural(days, {
        one: 'I disegni con una cifra, che insegnano: 1 giorno, se non li cancelli prima.',
        many: `I disegni con una cifra, che insegnano: ${number(days)} di giorni, se non li cancelli prima.`,
        other: `I disegni con una cifra, che insegnano: ${number(days)} giorni, se non li cancelli prima.`,
      }),
    labelledKept:
      'I disegni con una cifra, che insegnano: finché tu o chi gestisce questo server li cancella.',
    network: 'Il segno della tua rete sparisce con il tuo ultimo disegno.',
    learned:
      'Ciò che un modello ha imparato resta imparato. Il Laboratorio dice di ogni modello quanti dei suoi disegni sono stati cancellati da allora.',
  },
  readers: {
    title: 'Chi lo vede',
    room: 'Tutti quelli nella stanza, e tutti quelli che ne sanno il nome. Il tuo nome si vede solo finché ci sei.',
    operators: 'Le persone che gestiscono questo server.',
    trainers: 'Un browser della stanza che aiuta a insegnare riceve i disegni con una cifra, senza nomi.',
  },
  never: {
    title: 'Che cosa non succede mai',
    others:
      'I tuoi disegni non vanno a nessun altro sito, e questa pagina non chiede niente a nessun altro sito.',
    counting: 'Niente pubblicità, niente conteggio dei visitatori, niente account, niente elenco di chi sei.',
  },
  questions: {
    title: 'Domande',
    ask: 'Chiedi a <contact></contact>.',
    askWhoever: 'Chiedi a chi ti ha dato l’indirizzo di questa pagina.',
  },
} satisfies PrivacyTexts;
