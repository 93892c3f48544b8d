import { formatsOf } from '../../formats.ts';
import type { PrivacyTexts } from '../en/privacy.ts';

const { plural, number } = formatsOf<'one'>('de');

export const privacy = {
  title: 'Was Inkling von dir aufhebt',
  own: {
    title: 'Deine Zeichnungen',
    unknown: 'Alles, was dieser Browser hier gezeichnet hat, in jedem Raum:',
    drawings: drawings =>
      plural(drawings, {
        one: 'Dieser Server bewahrt 1 Zeichnung dieses Browsers auf.',
        other: `Dieser Server bewahrt ${number(drawings)} Zeichnungen dieses Browsers auf.`,
      }),
    labelled: drawings => `Bei ${number(drawings)} davon hast du die Ziffer gesagt.`,
    sure: 'Alle löschen, in jedem Raum? Niemand kann sie zurückholen.',
    reallyErase: 'Für immer löschen',
    keep: 'Behalten',
    takeHome: 'Mit nach Hause nehmen',
    erase: 'Löschen',
    erased: drawings =>
      plural(drawings, {
        one: '1 gespeicherte Zeichnung gelöscht.',
        other: `${number(drawings)} gespeicherte Zeichnungen gelöscht.`,
      }),
    nothing: 'Noch gibt es nichts mitzunehmen oder zu löschen.',
  },
  stored: {
    title: 'Was gespeichert wird',
    drawings:
      'Jede Zeichnung, die du beendet oder zu der du eine Ziffer gesagt hast: ihre Linien, wann und in welchem Raum sie entstand, als was sie gelesen wurde und was sie laut dir ist.',
    cookie:
      'Ein Cookie mit einer Zufallszahl. Es sagt, welche Zeichnungen deine sind, und sonst nichts über dich.',
    network:
      'Sobald du eine Ziffer sagst: ein verschlüsseltes Kennzeichen des Netzes, in dem du bist (ein Hash mit Schlüssel), damit eine Person nicht als viele zählt. Deine Adresse selbst wird nicht gespeichert.',
    name: 'Dein Name, wenn du einen eintippst, bleibt in deinem Browser. Der Raum sieht ihn, solange du da bist; sonst wird er nirgends gespeichert.',
  },
  days: {
    title: 'Wie lange',
    unknown: 'Der Server antwortet gerade nicht, und nur er weiß, wie viele Tage.',
    unlabelled: days =>
      plural(days, {
        one: 'Zeichnungen, zu denen niemand eine Ziffer sagte: 1 Tag, wenn du sie nicht vorher löschst.',
        other: `Zeichnungen, zu denen niemand eine Ziffer sagte: ${number(days)} Tage, wenn du sie nicht vorher löschst.`,
      }),
    unlabelledKept:
      'Zeichnungen, zu denen niemand eine Ziffer sagte: bis du oder die Betreiber dieses Servers sie löschen.',
    labelled: days =>
      plural(days, {
        one: 'Zeichnungen mit einer Ziffer, aus denen gelernt wird: 1 Tag, wenn du sie nicht vorher löschst.',
        other: `Zeichnungen mit einer Ziffer, aus denen gelernt wird: ${number(days)} Tage, wenn du sie nicht vorher löschst.`,
      }),
    labelledKept:
      'Zeichnungen mit einer Ziffer, aus denen gelernt wird: bis du oder die Betreiber dieses Servers sie löschen.',
    network: 'Das Kennzeichen deines Netzes geht mit deiner letzten Zeichnung.',
    learned:
      'Was ein Modell gelernt hat, bleibt gelernt. Das Labor sagt bei jedem Modell, wie viele seiner Zeichnungen seither gelöscht wurden.',
  },
  readers: {
    title: 'Wer es sieht',
    room: 'Alle im Raum, und alle, die seinen Namen kennen. Deinen eigenen Namen sieht man nur, solange du da bist.',
    operators: 'Die Leute, die diesen Server betreiben.',
    trainers: 'Ein Browser im Raum, der beim Lernen hilft, bekommt Zeichnungen mit einer Ziffer, ohne Namen.',
  },
  never: {
    title: 'Was nie geschieht',
    others:
      'Deine Zeichnungen gehen an keine andere Website, und diese Seite fragt keine andere nach irgendetwas.',
    counting: 'Keine Werbung, kein Zählen von Besuchern, kein Konto, keine Liste, wer du bist.',
  },
  questions: {
    title: 'Fragen',
    ask: 'Frag <contact></contact>.',
    askWhoever: 'Frag die Leute, die dir die Adresse dieser Seite gegeben haben.',
  },
} satisfies PrivacyTexts;
