import { formatsOf } from '../../formats.ts';
import type { PageTexts } from '../en/page.ts';

const { plural, number } = formatsOf<'one'>('de');

export const page = {
  language: 'Sprache',
  places: { draw: 'Zeichnen', wall: 'Wand', lab: 'Labor', privacy: 'Datenschutz' },
  look: { day: 'Tinte auf Papier', night: 'Kreide auf der Tafel' },
  room: 'Raum',
  host: 'Leitung',
  close: 'Schließen',
  undo: 'Rückgängig',
  more: 'Mehr',
  story: 'Es lernte von Amerikanern; <em>deine Klasse vielleicht nicht.</em>',
  caption: {
    opinion: digit => `Nur mit amerikanischen Ziffern gelernt, würde es ${digit} sagen.`,
    blank: 'Zeichne eine Ziffer, 0 bis 9.',
    full: 'Die Zeichnung ist voll: Nimm einen Strich zurück oder beginne die nächste.',
    looking: 'Ich schaue …',
    lineIsDown: 'Deine Tinte bleibt hier. Ohne Verbindung liest sie niemand.',
    undecided: (digit, rival) => `Noch nicht sicher: ${digit} oder ${rival}?`,
    unreadable: 'Ist das eine Ziffer? Wenn ja, tippe an, welche.',
    unsure: (digit, rival) => `Nicht sicher: ${digit} oder ${rival}? Tippe an, was es ist.`,
    decided: (digit, sure) => `Ich lese ${digit}, ${sure}. Wenn nicht, tippe an, was es ist.`,
    saving: digit => `Wird gespeichert: ${digit} …`,
    kept: digit => `Es ist ${digit}: hier aufgehoben und gesendet, sobald die Verbindung zurück ist.`,
    noted: digit => `Notiert: Es ist ${digit}. Danke.`,
    right: digit => `Richtig: Es ist ${digit}. Danke.`,
    corrected: (digit, read) => `Notiert: ${digit}, nicht ${read}. Danke.`,
    penIsDown: caption => `Stift unten. ${caption}`,
  },
  draw: {
    why: 'Warum?',
    takeBack: 'zurücknehmen',
    fingerRests: 'Hier zeichnet ein Stift, Finger ruhen. „Nur Stift“ ändert das.',
    name: 'Zeichnen',
    pad: 'Zeichenfläche',
    hint: 'hier zeichnen',
    keys: 'Die Pfeiltasten bewegen den Stift, mit Umschalt weiter. Die Leertaste setzt ihn auf und hebt ihn ab. 0 bis 9 sagen, was es ist, Enter bestätigt, Escape beginnt die nächste, Strg Z nimmt einen Strich zurück.',
    undoKeys: 'Strg + Z, oder mit zwei Fingern tippen',
    penOnly: 'Nur Stift',
    clear: 'Löschen',
    next: 'Weiter',
    saved: 'Gespeichert',
    kept: 'Für später aufgehoben',
    saving: 'Wird gespeichert',
    yes: 'Ja',
    yesDigit: digit => `Ja, ${digit}`,
    notSure: 'nicht sicher',
    whatItIs: 'Was es ist',
    mind: 'Wie sich die Meinung änderte',
    sees: 'Was es sieht',
    model: name => `Modell: ${name}`,
  },
  link: {
    connecting: 'verbinde',
    live: 'verbunden',
    liveWaiting: labels =>
      plural(labels, {
        one: 'verbunden, 1 Antwort wartet',
        other: `verbunden, ${number(labels)} Antworten warten`,
      }),
    offline: 'offline, deine Tinte bleibt hier',
    offlineLabels: labels =>
      plural(labels, {
        one: 'offline, 1 Antwort wartet',
        other: `offline, ${number(labels)} Antworten warten`,
      }),
    offlineDrawings: drawings =>
      plural(drawings, {
        one: 'offline, 1 Zeichnung wartet',
        other: `offline, ${number(drawings)} Zeichnungen warten`,
      }),
    offlineBoth: things => `offline, ${number(things)} Antworten und Zeichnungen warten`,
    people: people => plural(people, { one: '1 Person', other: `${number(people)} Personen` }),
    labelsInLobby: labels =>
      plural(labels, {
        one: '1 Antwort wartet, bis du die Eingangshalle öffnest',
        other: `${number(labels)} Antworten warten, bis du die Eingangshalle öffnest`,
      }),
    labelsInRoom: (labels, room) =>
      plural(labels, {
        one: `1 Antwort wartet, bis du den Raum ${room} öffnest`,
        other: `${number(labels)} Antworten warten, bis du den Raum ${room} öffnest`,
      }),
    drawingsInLobby: drawings =>
      plural(drawings, {
        one: '1 Zeichnung wartet, bis du die Eingangshalle öffnest',
        other: `${number(drawings)} Zeichnungen warten, bis du die Eingangshalle öffnest`,
      }),
    drawingsInRoom: (drawings, room) =>
      plural(drawings, {
        one: `1 Zeichnung wartet, bis du den Raum ${room} öffnest`,
        other: `${number(drawings)} Zeichnungen warten, bis du den Raum ${room} öffnest`,
      }),
    noAnswer: 'Der Server antwortet nicht. Versuche es gleich noch einmal.',
  },
  notice: {
    notTakenBack: (digit, why) => `Die Antwort ${digit} wurde nicht zurückgenommen: ${why}`,
    full: 'Mehr Tinte passt nicht auf diese Zeichnung. Nimm einen Strich zurück oder beginne die nächste.',
    crowded: 'Es zeichnen so viele, dass seltener geraten wird.',
    notTaken: (digit, why) => `Die Antwort ${digit} wurde nicht angenommen: ${why}`,
    ended: 'Die Leitung hat diesen Raum beendet. Was darin gezeichnet wurde, ist gelöscht.',
    frozen: 'Die Leitung hat die Wand eingefroren. Deine Tinte bleibt hier, bis es weitergeht.',
    paused: 'Die Leitung hat deinen Stift angehalten. Deine Tinte bleibt hier.',
    goesOn: 'Du kannst wieder zeichnen.',
    hidden: 'Die Leitung hat diese Zeichnung von der Wand genommen.',
    cleared: 'Die Leitung hat die Wand geleert. Hier ist ein neues Blatt.',
  },
  lesson: {
    first: 'Erste Fassung',
    numbered: (lesson, time) => `Lektion ${number(lesson)}, ${time}`,
    unnumbered: time => `Lektion von ${time}`,
  },
  opening: {
    opening: 'Ich öffne …',
    away: 'Der Server antwortet nicht.',
    soon: 'Diese Seite öffnet sich von selbst, wenn er wieder da ist.',
    back: 'Zurück',
  },
} satisfies PageTexts;
