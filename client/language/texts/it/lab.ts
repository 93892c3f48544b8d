import { formatsOf } from '../../formats.ts';
import type { LabTexts } from '../en/lab.ts';

const { plural, number } = formatsOf<'one' | 'many'>('it');

export const lab = {
  teach: {
    setAside: (labels, mostOfOne) =>
      plural(labels, {
        one: `1 risposta non va con il suo disegno, ${number(mostOfOne)} di una sola persona: aspetta che chi guida la accetti.`,
        many: `${number(labels)} di risposte non vanno con i loro disegni, ${number(mostOfOne)} di una sola persona: aspettano che chi guida le accetti.`,
        other: `${number(labels)} risposte non vanno con i loro disegni, ${number(mostOfOne)} di una sola persona: aspettano che chi guida le accetti.`,
      }),
    setAsideOfOne: labels =>
      `${number(labels)} risposte di una sola persona non vanno con i loro disegni: aspettano che chi guida le accetti.`,
    title: 'Insegna',
    unavailable: 'Il server ora non dice che cosa ha imparato.',
    looking: 'Guardo…',
    nothing: 'Niente di nuovo da imparare. Disegna, e di’ che cos’era.',
    waiting: answers =>
      plural(answers, {
        one: 'risposta da cui non ha ancora imparato',
        many: 'risposte da cui non ha ancora imparato',
        other: 'risposte da cui non ha ancora imparato',
      }),
    adminStarts: 'Qui la lezione la avvia chi amministra.',
    mayForget: 'Per questa lezione può dimenticare fino a 10 cifre americane su 100, altrimenti 1.',
    few: (answers, good) =>
      `${number(answers)} risposte su ${number(good)}: una buona lezione ne vuole circa ${number(good)}, di più persone.`,
    enough: 'Abbastanza per una buona lezione.',
    meter: 'Risposte per una buona lezione',
    start: 'Insegnagli ciò che hai detto',
    stop: 'Ferma la lezione',
    progress: 'La lezione',
    curve: 'Letto giusto durante l’esercizio',
    details: 'Dettagli',
    loss: 'Errore (loss)',
    said: 'Che cosa è stato detto',
    readRight: 'letto giusto',
    readWrong: 'letto sbagliato',
    digit: (digit, said, wrong) => `${digit}: ${number(said)} detti, ${number(wrong)} letti sbagliati`,
  },
  unsure: {
    title: 'Dove è incerto',
    nothing:
      'Nessuno ha ancora detto niente. Disegna una cifra, di’ che cos’è, e qui vedrai che cosa confonde.',
    none: 'Ha letto giusto tutto ciò che è stato detto qui. Prova con un’altra scrittura.',
    wrong: (digit, wrong, said) =>
      `<b>${digit}</b> letto sbagliato ${number(wrong)} volte su ${number(said)}`,
    next: digit => `Adesso: disegna altri ${digit}, ogni volta un po’ diversi, e di’ che cosa sono.`,
  },
  learned: {
    title: 'Che cosa ha imparato',
    nothing:
      'Ancora nessuna lezione. Dopo una, qui vedrai che cosa ha imparato e che cosa è costato. Una lezione che lo peggiora viene rifiutata.',
    promoted: 'Ha imparato.',
    refused: 'Questa volta no.',
    staysAs: version => `${version} resta com’era.`,
    details: 'Tutti i numeri',
    before: 'Prima',
    after: 'Dopo',
    was: share => `${share} prima`,
    change: (was, is) => `${was} prima, ${is} dopo`,
    legend: '○ prima ● dopo',
    evidenceNone: 'Prove: nessuna. Non ci sono disegni di persone le cui risposte non insegnano mai.',
    evidenceFew: drawings =>
      plural(drawings, {
        one: 'Prove: deboli. 1 disegno di persone le cui risposte non insegnano mai.',
        many: `Prove: deboli. ${number(drawings)} di disegni di persone le cui risposte non insegnano mai.`,
        other: `Prove: deboli. ${number(drawings)} disegni di persone le cui risposte non insegnano mai.`,
      }),
    evidenceEnough: drawings =>
      plural(drawings, {
        one: 'Prove: buone. 1 disegno di persone le cui risposte non insegnano mai.',
        many: `Prove: buone. ${number(drawings)} di disegni di persone le cui risposte non insegnano mai.`,
        other: `Prove: buone. ${number(drawings)} disegni di persone le cui risposte non insegnano mai.`,
      }),
    noHeldOut: 'Non ci sono disegni di persone tenute da parte su cui controllare.',
    strangers: 'Disegni di persone tenute da parte',
    mnist: 'Cifre MNIST tenute da parte',
    readAs: 'Che cosa è stato letto come che cosa',
    sets: {
      strangers: 'Persone tenute da parte',
      lessons: 'Le lezioni',
      corrections: 'Risposte di prima',
      mnist: 'MNIST',
      marked: 'Cifre segnate',
    },
    wrongOf: (title, wrong, count) => `${title}: ${number(wrong)} su ${number(count)} letti sbagliati`,
    noMistake: 'Nessun errore.',
    sameMistakes: 'Nessun errore in più, nessuno in meno.',
    pair: (label, read) => `<b>${label}</b> come <b>${read}</b>`,
    cell: (label, read, count) => `${label} letto come ${read}: ${number(count)}`,
    moreMistakes: mistakes => `e altri ${number(mistakes)}`,
    axes: 'Righe: che cos’è. Colonne: come è stato letto.',
  },
  setAside: {
    title: 'Messe da parte',
    advice: 'È sicuro che questi mostrano un’altra cifra. Decidi tu chi ha ragione.',
    from: labels =>
      plural(labels, {
        one: '1 risposta di una persona',
        many: `${number(labels)} di risposte di una persona`,
        other: `${number(labels)} risposte di una persona`,
      }),
    accept: 'Accetta',
    drop: 'Scarta',
    say: label => `È stato detto <b>${label}</b>`,
    reads: (own, plain) =>
      `Legge ${own.digit} (${own.sure}); con le sole cifre americane, ${plain.digit} (${plain.sure}).`,
  },
  versions: {
    startOver: 'Ricomincia dalla prima versione',
    title: 'Versioni',
    unavailable: 'Le versioni ora non sono disponibili.',
    readsNow: 'legge ora',
    previous: 'quella di prima',
    refused: 'rifiutata',
    candidate: 'sotto esame',
    shipped: 'Com’è arrivato Inkling',
    taughtHere: drawings =>
      plural(drawings, {
        one: 'ha imparato da 1 disegno, sul server',
        many: `ha imparato da ${number(drawings)} di disegni, sul server`,
        other: `ha imparato da ${number(drawings)} disegni, sul server`,
      }),
    taughtInBrowser: drawings =>
      plural(drawings, {
        one: 'ha imparato da 1 disegno, in un browser',
        many: `ha imparato da ${number(drawings)} di disegni, in un browser`,
        other: `ha imparato da ${number(drawings)} disegni, in un browser`,
      }),
    brought: 'portata da fuori',
    erased: drawings =>
      plural(drawings, {
        one: '1 disegno da cui ha imparato è stato cancellato da allora',
        many: `${number(drawings)} di disegni da cui ha imparato sono stati cancellati da allora`,
        other: `${number(drawings)} disegni da cui ha imparato sono stati cancellati da allora`,
      }),
    dropped: 'Non è più conservata e non può tornare.',
    show: 'Che cosa ha imparato',
    rollBack: 'Torna a questa',
    promote: 'Fai leggere questa',
    details: 'Numeri di tutte le versioni',
    everyday: 'cifre MNIST tenute da parte',
    heldOut: 'persone tenute da parte',
    unknown: 'ignoto',
    onMnist: share => `cifre MNIST tenute da parte ${share}`,
    onHeldOut: share => `persone tenute da parte ${share}`,
    technical: (version, mnist, heldOut) =>
      `${version}: cifre MNIST tenute da parte ${mnist}, persone tenute da parte ${heldOut}`,
    point: (version, time, figure) => `${version}, ${time}: ${figure}`,
  },
  drawings: {
    title: 'Disegni',
    advice: 'Aprine uno per correggerlo, o per insegnare solo quello.',
    none: 'Nessuno di questo tipo.',
    all: 'Tutti',
    labelled: 'Con risposta',
    wrong: 'Letti sbagliati',
    whichDigit: 'Quale cifra',
    anyDigit: 'Qualsiasi cifra',
    whichVersion: 'Letto da quale versione',
    anyVersion: 'Qualsiasi versione',
    allRooms: 'Tutte le stanze',
    notReadUnknown: 'Un disegno, non letto, nessuno ha detto che cos’è',
    notReadIs: label => `Un disegno, non letto, è ${label}`,
    readUnknown: digit => `Un disegno, letto come ${digit}, nessuno ha detto che cos’è`,
    readRight: digit => `Un disegno, letto come ${digit}, giusto`,
    readWrong: (digit, label) => `Un disegno, letto come ${digit}, è ${label}`,
  },
  sheet: {
    notReadUnknown: 'Non letto; nessuno ha detto che cos’è',
    notReadIs: label => `Non letto, ma è ${label}`,
    readUnknown: digit => `Letto come ${digit}; nessuno ha detto che cos’è`,
    readRight: digit => `Letto come ${digit}, ed è giusto`,
    readWrong: (digit, label) => `Letto come ${digit}, ma è ${label}`,
    whatItIs: 'Che cos’è',
    takeOff: 'Togli la risposta',
    predict: 'Rileggi',
    teachThis: 'Insegna solo questo',
    remove: 'Elimina',
    reallyRemove: 'Sì, elimina per sempre',
    drawnAt: time => `Disegnato: ${time}`,
    drawnIn: (time, room) => `Disegnato: ${time}, nella stanza ${room}`,
    mineAt: time => `Disegnato da te: ${time}`,
    mineIn: (time, room) => `Disegnato da te: ${time}, nella stanza ${room}`,
    atFirst: 'all’inizio',
    atFirstRead: (digit, sure) => `all’inizio: ${digit}, ${sure}`,
    now: (digit, sure) => `ora: ${digit}, ${sure}`,
  },
  browser: {
    start: 'Insegna in questo browser',
    again: 'Ricomincia',
    stop: 'Smetti di insegnare qui',
    trying: 'Provo che cosa calcola più in fretta qui…',
    tryingKind: kind => `Provo che cosa calcola più in fretta qui: ${kind}…`,
    javascript: 'JavaScript semplice',
    details: 'Che cosa calcola qui',
    speed: digits => `${number(digits)} cifre al secondo`,
    fasterThan: others => `più veloce di ${others}`,
    device: (name, speed) => `${name} (${number(speed)})`,
    unknownDevice: 'ignoto',
    teaching: (browsers, devices) =>
      plural(browsers, {
        one: `1 browser insegna ora: ${devices}`,
        many: `${number(browsers)} di browser insegnano ora: ${devices}`,
        other: `${number(browsers)} browser insegnano ora: ${devices}`,
      }),
    several: (count, device) => `${number(count)} × ${device}`,
    lost: device => `${device} si è fermato; si va avanti con il migliore dopo.`,
    missed: 'Il turno è andato avanti senza questo browser; ricomincia per entrare nel prossimo.',
    notFetched: 'Non è stato possibile scaricare ciò che c’è da imparare.',
    stopped: 'Fermato; niente è stato inviato.',
    left: 'Fermato lasciando la pagina; niente è stato inviato.',
    notLoaded: 'Non è stato possibile caricare il programma che impara.',
    unfit: why => `Niente qui può imparare. ${why}`,
    otherNet: 'Il modello è stato rifatto da quando questa pagina è aperta. Ricaricala per insegnargli.',
    noLabel: 'Non c’è nessuna risposta da cui imparare.',
    disbelief:
      'Queste risposte contraddicono dappertutto ciò che il modello legge con sicurezza: non ne ha imparato niente.',
  },
  home: {
    title: 'Portali a casa',
    text: 'Ogni disegno con le sue linee, come è stato letto e che cos’è, uno per riga. Ciò che si riporta si aggiunge a ciò che c’è qui.',
    export: 'Esporta tutti i disegni',
    import: 'Importa un file',
    sending: file => `Invio ${file}…`,
    reading: file => `Leggo ${file}…`,
    added: drawings =>
      plural(drawings, {
        one: '1 disegno aggiunto.',
        many: `${number(drawings)} di disegni aggiunti.`,
        other: `${number(drawings)} disegni aggiunti.`,
      }),
    known: drawings =>
      plural(drawings, {
        one: '1 era già qui.',
        many: `${number(drawings)} erano già qui.`,
        other: `${number(drawings)} erano già qui.`,
      }),
    refused: lines =>
      plural(lines, {
        one: '1 riga non era leggibile.',
        many: `${number(lines)} di righe non erano leggibili.`,
        other: `${number(lines)} righe non erano leggibili.`,
      }),
    admin:
      'Per chi amministra: esportare, importare, tornare indietro. La chiave è nel link che il server ha mostrato.',
    token: 'Chiave di amministrazione',
    signIn: 'Accedi',
  },
} satisfies LabTexts;
