import type { GuideTexts } from '../en/guide.ts';

export const guide = {
  next: {
    draw: 'Als Nächstes: Zeichne und sag, welche Ziffer es ist. Neun oder zehn Zeichnungen einer Art sind eine gute Lektion.',
    teach: button => `Als Nächstes: Drücke „${button}“.`,
    wait: 'Es lernt. Schau auf die Kurve; danach kommt eine Prüfung.',
    look: 'Als Nächstes: Zeichne noch eine. Ist es jetzt sicher? Wenn nicht, tippe an, was es ist.',
    answer_more:
      'Als Nächstes: Zeichne noch ein paar von den Ziffern, die es falsch liest, am besten auch andere Leute, und bring es ihm noch einmal bei. Was du gesagt hast, bleibt.',
    again: 'Als Nächstes: Bring es ihm noch einmal bei. Was du gesagt hast, bleibt.',
  },
  help: {
    title: 'Hilf mir mit diesen',
    last: 'Das war die letzte. Danke!',
    what: 'Was es ist',
    ask: 'Was ist das?',
    either: (first, second) => `Ist das eine ${first} oder eine ${second}? Oder was ist es?`,
    skip: 'Überspringen',
    takeBack: 'Die letzte zurücknehmen',
    count: (given, left) => `${given} beantwortet, ${left} übrig. Die Tasten 0 bis 9 antworten.`,
  },
  guide: {
    vienna: 'Eine 1, wie man sie in Wien schreibt …',
    yours: 'Jetzt du: Schreib eine Ziffer.',
    invent: 'Oder erfinde zehn Zeichen.',
    how: button =>
      `Zeichne ein Zeichen und tippe die Ziffer an, für die es steht. Lass es auch andere zeichnen. Nach etwa zehn Zeichnungen drücke im Labor „${button}“.`,
    toLab: 'Zum Labor',
    good: 'Gut',
    read: digit => `Ich lese ${digit}.`,
    unsure: 'Ich bin nicht sicher.',
    plain: digit => `Nur mit amerikanischen Ziffern gelernt, würde ich ${digit} sagen.`,
    plainUnsure: 'Nur mit amerikanischen Ziffern gelernt, wäre ich nicht sicher.',
  },
} satisfies GuideTexts;
