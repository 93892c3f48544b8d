import { formatsOf } from '../../formats.ts';
import type { LabTexts } from '../en/lab.ts';

const { plural, number } = formatsOf<'one'>('de');

export const lab = {
  teach: {
    setAside: (labels, mostOfOne) =>
      plural(labels, {
        one: `1 Antwort passt nicht zu ihrer Zeichnung, ${number(mostOfOne)} von einer Person: Sie wartet, bis die Leitung sie annimmt.`,
        other: `${number(labels)} Antworten passen nicht zu ihren Zeichnungen, ${number(mostOfOne)} von einer Person: Sie warten, bis die Leitung sie annimmt.`,
      }),
    setAsideOfOne: labels =>
      `${number(labels)} Antworten einer Person passen nicht zu ihren Zeichnungen: Sie warten, bis die Leitung sie annimmt.`,
    title: 'Beibringen',
    unavailable: 'Der Server sagt gerade nicht, was er gelernt hat.',
    looking: 'Ich schaue …',
    nothing: 'Nichts Neues zu lernen. Zeichne und sag, was es war.',
    waiting: answers =>
      plural(answers, {
        one: 'Antwort, aus der es noch nicht gelernt hat',
        other: 'Antworten, aus denen es noch nicht gelernt hat',
      }),
    adminStarts: 'Hier startet die Verwaltung die Lektion.',
    mayForget: 'Für diese Lektion darf es bis zu 10 von 100 amerikanischen Ziffern verlernen, sonst 1.',
    few: (answers, good) =>
      `${number(answers)} von ${number(good)} Antworten: Eine gute Lektion braucht etwa ${number(good)}, von mehreren Leuten.`,
    enough: 'Genug für eine gute Lektion.',
    meter: 'Antworten für eine gute Lektion',
    start: 'Bring ihm bei, was du gesagt hast',
    stop: 'Lektion stoppen',
    progress: 'Die Lektion',
    curve: 'Beim Üben richtig gelesen',
    details: 'Einzelheiten',
    loss: 'Fehlermaß (Loss)',
    said: 'Was gesagt wurde',
    readRight: 'richtig gelesen',
    readWrong: 'falsch gelesen',
    digit: (digit, said, wrong) => `${digit}: ${number(said)} gesagt, ${number(wrong)} falsch gelesen`,
  },
  unsure: {
    title: 'Wobei es unsicher ist',
    nothing:
      'Noch hat niemand etwas gesagt. Zeichne eine Ziffer und sag, was sie ist: Dann steht hier, was es verwechselt.',
    none: 'Alles, was hier gesagt wurde, hat es richtig gelesen. Zeichne einmal mit einer anderen Schrift.',
    wrong: (digit, wrong, said) =>
      `<b>${digit}</b> in ${number(wrong)} von ${number(said)} Fällen falsch gelesen`,
    next: digit =>
      `Als Nächstes: Zeichne die ${digit} noch öfter, jedes Mal etwas anders, und sag, was es ist.`,
  },
  learned: {
    title: 'Was es gelernt hat',
    nothing:
      'Noch keine Lektion. Nach einer steht hier, was es gelernt hat und was das gekostet hat. Eine Lektion, die es schlechter macht, wird abgelehnt.',
    promoted: 'Es hat gelernt.',
    refused: 'Diesmal nicht.',
    staysAs: version => `${version} bleibt, wie es war.`,
    details: 'Alle Zahlen',
    before: 'Vorher',
    after: 'Nachher',
    was: share => `${share} vorher`,
    change: (was, is) => `${was} vorher, ${is} nachher`,
    legend: '○ vorher ● nachher',
    evidenceNone:
      'Belege: keine. Es gibt keine Zeichnungen von Leuten, deren Antworten nie zum Lernen dienen.',
    evidenceFew: drawings =>
      plural(drawings, {
        one: 'Belege: schwach. 1 Zeichnung von Leuten, deren Antworten nie zum Lernen dienen.',
        other: `Belege: schwach. ${number(drawings)} Zeichnungen von Leuten, deren Antworten nie zum Lernen dienen.`,
      }),
    evidenceEnough: drawings =>
      plural(drawings, {
        one: 'Belege: gut. 1 Zeichnung von Leuten, deren Antworten nie zum Lernen dienen.',
        other: `Belege: gut. ${number(drawings)} Zeichnungen von Leuten, deren Antworten nie zum Lernen dienen.`,
      }),
    noHeldOut: 'Es gibt keine Zeichnungen von zurückgehaltenen Leuten, an denen man prüfen könnte.',
    strangers: 'Zeichnungen zurückgehaltener Leute',
    mnist: 'Zurückgehaltene MNIST-Ziffern',
    readAs: 'Was als was gelesen wurde',
    sets: {
      strangers: 'Zurückgehaltene Leute',
      lessons: 'Die Lektionen',
      corrections: 'Frühere Antworten',
      mnist: 'MNIST',
      marked: 'Markierte Ziffern',
    },
    wrongOf: (title, wrong, count) => `${title}: ${number(wrong)} von ${number(count)} falsch gelesen`,
    noMistake: 'Kein Fehler.',
    sameMistakes: 'Kein Fehler mehr und keiner weniger.',
    pair: (label, read) => `<b>${label}</b> als <b>${read}</b>`,
    cell: (label, read, count) => `${label} als ${read} gelesen: ${number(count)}`,
    moreMistakes: mistakes => `und ${number(mistakes)} weitere`,
    axes: 'Zeilen: was es ist. Spalten: als was es gelesen wurde.',
  },
  setAside: {
    title: 'Zurückgestellt',
    advice: 'Es ist sicher, dass diese eine andere Ziffer zeigen. Du entscheidest, wer recht hat.',
    from: labels =>
      plural(labels, {
        one: '1 Antwort von einer Person',
        other: `${number(labels)} Antworten von einer Person`,
      }),
    accept: 'Annehmen',
    drop: 'Verwerfen',
    say: label => `Gesagt wurde <b>${label}</b>`,
    reads: (own, plain) =>
      `Es liest ${own.digit} (${own.sure}); nur mit amerikanischen Ziffern gelernt, ${plain.digit} (${plain.sure}).`,
  },
  versions: {
    startOver: 'Noch einmal von der ersten Fassung an',
    title: 'Fassungen',
    unavailable: 'Die Fassungen sind gerade nicht zu bekommen.',
    readsNow: 'liest jetzt',
    previous: 'die davor',
    refused: 'abgelehnt',
    candidate: 'wird geprüft',
    shipped: 'Wie Inkling geliefert wurde',
    taughtHere: drawings =>
      plural(drawings, {
        one: 'aus 1 Zeichnung gelernt, auf dem Server',
        other: `aus ${number(drawings)} Zeichnungen gelernt, auf dem Server`,
      }),
    taughtInBrowser: drawings =>
      plural(drawings, {
        one: 'aus 1 Zeichnung gelernt, in einem Browser',
        other: `aus ${number(drawings)} Zeichnungen gelernt, in einem Browser`,
      }),
    brought: 'mitgebracht',
    erased: drawings =>
      plural(drawings, {
        one: '1 Zeichnung, aus der es lernte, wurde seither gelöscht',
        other: `${number(drawings)} Zeichnungen, aus denen es lernte, wurden seither gelöscht`,
      }),
    dropped: 'Sie ist nicht mehr gespeichert und kann nicht zurückkommen.',
    show: 'Was es lernte',
    rollBack: 'Hierher zurück',
    promote: 'Diese lesen lassen',
    details: 'Zahlen aller Fassungen',
    everyday: 'zurückgehaltene MNIST-Ziffern',
    heldOut: 'zurückgehaltene Leute',
    unknown: 'unbekannt',
    onMnist: share => `zurückgehaltene MNIST-Ziffern ${share}`,
    onHeldOut: share => `zurückgehaltene Leute ${share}`,
    technical: (version, mnist, heldOut) =>
      `${version}: zurückgehaltene MNIST-Ziffern ${mnist}, zurückgehaltene Leute ${heldOut}`,
    point: (version, time, figure) => `${version}, ${time}: ${figure}`,
  },
  drawings: {
    title: 'Zeichnungen',
    advice: 'Öffne eine, um sie zu verbessern oder nur sie beizubringen.',
    none: 'Keine von dieser Art.',
    all: 'Alle',
    labelled: 'Mit Antwort',
    wrong: 'Falsch gelesen',
    whichDigit: 'Welche Ziffer',
    anyDigit: 'Jede Ziffer',
    whichVersion: 'Von welcher Fassung gelesen',
    anyVersion: 'Jede Fassung',
    allRooms: 'Alle Räume',
    notReadUnknown: 'Eine Zeichnung, nicht gelesen, niemand sagte, was es ist',
    notReadIs: label => `Eine Zeichnung, nicht gelesen, es ist ${label}`,
    readUnknown: digit => `Eine Zeichnung, gelesen als ${digit}, niemand sagte, was es ist`,
    readRight: digit => `Eine Zeichnung, gelesen als ${digit}, richtig`,
    readWrong: (digit, label) => `Eine Zeichnung, gelesen als ${digit}, es ist ${label}`,
  },
  sheet: {
    notReadUnknown: 'Nicht gelesen; niemand sagte, was es ist',
    notReadIs: label => `Nicht gelesen, aber es ist ${label}`,
    readUnknown: digit => `Gelesen als ${digit}; niemand sagte, was es ist`,
    readRight: digit => `Gelesen als ${digit}, und das stimmt`,
    readWrong: (digit, label) => `Gelesen als ${digit}, aber es ist ${label}`,
    whatItIs: 'Was es ist',
    takeOff: 'Antwort wegnehmen',
    predict: 'Noch einmal lesen',
    teachThis: 'Nur diese beibringen',
    remove: 'Löschen',
    reallyRemove: 'Ja, für immer löschen',
    drawnAt: time => `Gezeichnet: ${time}`,
    drawnIn: (time, room) => `Gezeichnet: ${time}, im Raum ${room}`,
    mineAt: time => `Von dir gezeichnet: ${time}`,
    mineIn: (time, room) => `Von dir gezeichnet: ${time}, im Raum ${room}`,
    atFirst: 'damals',
    atFirstRead: (digit, sure) => `damals: ${digit}, ${sure}`,
    now: (digit, sure) => `jetzt: ${digit}, ${sure}`,
  },
  browser: {
    start: 'In diesem Browser beibringen',
    again: 'Noch einmal starten',
    stop: 'Hier aufhören',
    trying: 'Probiert, was hier am schnellsten rechnet …',
    tryingKind: kind => `Probiert, was hier am schnellsten rechnet: ${kind} …`,
    javascript: 'einfaches JavaScript',
    details: 'Was hier rechnet',
    speed: digits => `${number(digits)} Ziffern pro Sekunde`,
    fasterThan: others => `schneller als ${others}`,
    device: (name, speed) => `${name} (${number(speed)})`,
    unknownDevice: 'unbekannt',
    teaching: (browsers, devices) =>
      plural(browsers, {
        one: `1 Browser bringt gerade etwas bei: ${devices}`,
        other: `${number(browsers)} Browser bringen gerade etwas bei: ${devices}`,
      }),
    several: (count, device) => `${number(count)} × ${device}`,
    lost: device => `${device} ist ausgefallen; es geht mit dem nächstbesten weiter.`,
    missed:
      'Die Runde ging ohne diesen Browser weiter; starte noch einmal, um bei der nächsten dabei zu sein.',
    notFetched: 'Was es zu lernen gibt, konnte nicht geholt werden.',
    stopped: 'Gestoppt; nichts wurde hochgeladen.',
    left: 'Gestoppt, weil die Seite verlassen wurde; nichts wurde hochgeladen.',
    notLoaded: 'Das Lernprogramm konnte nicht geladen werden.',
    unfit: why => `Nichts hier kann lernen. ${why}`,
    otherNet:
      'Das Modell ist umgebaut worden, seit diese Seite offen ist. Lade sie neu, um ihm etwas beizubringen.',
    noLabel: 'Es gibt keine Antwort, aus der man lernen kann.',
    disbelief:
      'Diese Antworten widersprechen überall dem, was das Modell sicher liest: Es hat nichts daraus gelernt.',
  },
  home: {
    title: 'Mit nach Hause nehmen',
    text: 'Jede Zeichnung mit ihren Linien, als was sie gelesen wurde und was sie ist, eine pro Zeile. Was zurückgebracht wird, kommt zu dem dazu, was hier ist.',
    export: 'Alle Zeichnungen exportieren',
    import: 'Datei importieren',
    sending: file => `${file} wird gesendet …`,
    reading: file => `${file} wird gelesen …`,
    added: drawings =>
      plural(drawings, {
        one: '1 Zeichnung kam dazu.',
        other: `${number(drawings)} Zeichnungen kamen dazu.`,
      }),
    known: drawings =>
      plural(drawings, { one: '1 war schon hier.', other: `${number(drawings)} waren schon hier.` }),
    refused: lines =>
      plural(lines, {
        one: '1 Zeile war nicht lesbar.',
        other: `${number(lines)} Zeilen waren nicht lesbar.`,
      }),
    admin:
      'Für die Verwaltung: exportieren, importieren, zurückgehen. Der Schlüssel steht im Link, den der Server ausgegeben hat.',
    token: 'Schlüssel der Verwaltung',
    signIn: 'Anmelden',
  },
} satisfies LabTexts;
