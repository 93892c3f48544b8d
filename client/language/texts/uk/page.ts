import { formatsOf } from '../../formats.ts';
import type { PageTexts } from '../en/page.ts';

const { plural, number } = formatsOf<'one' | 'few' | 'many'>('uk');

export const page = {
  language: 'Мова',
  places: { draw: 'Малювати', wall: 'Стіна', lab: 'Лабораторія', privacy: 'Приватність' },
  look: { day: 'Чорнило на папері', night: 'Крейда на дошці' },
  room: 'Кімната',
  host: 'Ведення',
  close: 'Закрити',
  undo: 'Назад',
  more: 'Ще',
  story: 'Воно вчилося в американців; <em>твій клас, мабуть, ні.</em>',
  caption: {
    opinion: digit => `Якби воно вчилося лише на американських цифрах, сказало б ${digit}.`,
    blank: 'Намалюй цифру від 0 до 9.',
    full: 'Малюнок повний: скасуй штрих або почни наступний.',
    looking: 'Дивлюся…',
    lineIsDown: 'Твоє чорнило збережено. Без зв’язку його ніхто не читає.',
    undecided: (digit, rival) => `Ще не певен: ${digit} чи ${rival}?`,
    unreadable: 'Чи це цифра? Якщо так, торкнися, яка.',
    unsure: (digit, rival) => `Не певен: ${digit} чи ${rival}? Торкнися, що це.`,
    decided: (digit, sure) => `Читаю ${digit}, ${sure}. Якщо ні, торкнися, що це.`,
    saving: digit => `Зберігаю: ${digit}…`,
    kept: digit => `Це ${digit}: збережено тут, надішлеться, коли повернеться зв’язок.`,
    noted: digit => `Записано: це ${digit}. Дякую.`,
    right: digit => `Правильно: це ${digit}. Дякую.`,
    corrected: (digit, read) => `Записано: ${digit}, а не ${read}. Дякую.`,
    penIsDown: caption => `Перо опущено. ${caption}`,
  },
  draw: {
    why: 'Чому?',
    takeBack: 'забрати назад',
    fingerRests: 'Тут малює перо, пальці відпочивають. «Лише перо» це змінює.',
    name: 'Малювати',
    pad: 'Аркуш для малювання',
    hint: 'малюй тут',
    keys: 'Стрілки рухають перо, із Shift — далі. Пробіл опускає й піднімає його. Від 0 до 9 кажуть, що це, Enter підтверджує, Escape починає наступний, Ctrl Z скасовує штрих.',
    undoKeys: 'Ctrl + Z або дотик двома пальцями',
    penOnly: 'Лише перо',
    clear: 'Стерти',
    next: 'Далі',
    saved: 'Збережено',
    kept: 'Відкладено на потім',
    saving: 'Зберігаю',
    yes: 'Так',
    yesDigit: digit => `Так, ${digit}`,
    notSure: 'не певен',
    whatItIs: 'Що це',
    mind: 'Як змінювалася його думка',
    sees: 'Що воно бачить',
    model: name => `Модель: ${name}`,
  },
  link: {
    connecting: 'з’єднуюся',
    live: 'на зв’язку',
    liveWaiting: labels =>
      plural(labels, {
        one: `на зв’язку, ${number(labels)} відповідь чекає`,
        few: `на зв’язку, ${number(labels)} відповіді чекають`,
        many: `на зв’язку, ${number(labels)} відповідей чекають`,
        other: `на зв’язку, ${number(labels)} відповіді чекають`,
      }),
    offline: 'без зв’язку, твоє чорнило збережено',
    offlineLabels: labels =>
      plural(labels, {
        one: `без зв’язку, ${number(labels)} відповідь чекає`,
        few: `без зв’язку, ${number(labels)} відповіді чекають`,
        many: `без зв’язку, ${number(labels)} відповідей чекають`,
        other: `без зв’язку, ${number(labels)} відповіді чекають`,
      }),
    offlineDrawings: drawings =>
      plural(drawings, {
        one: `без зв’язку, ${number(drawings)} малюнок чекає`,
        few: `без зв’язку, ${number(drawings)} малюнки чекають`,
        many: `без зв’язку, ${number(drawings)} малюнків чекають`,
        other: `без зв’язку, ${number(drawings)} малюнка чекають`,
      }),
    offlineBoth: things => `без зв’язку, чекають відповіді та малюнки: ${number(things)}`,
    people: people =>
      plural(people, {
        one: `${number(people)} людина`,
        few: `${number(people)} людини`,
        many: `${number(people)} людей`,
        other: `${number(people)} людини`,
      }),
    labelsInLobby: labels =>
      plural(labels, {
        one: `${number(labels)} відповідь чекає, доки ти відкриєш передпокій`,
        few: `${number(labels)} відповіді чекають, доки ти відкриєш передпокій`,
        many: `${number(labels)} відповідей чекають, доки ти відкриєш передпокій`,
        other: `${number(labels)} відповіді чекають, доки ти відкриєш передпокій`,
      }),
    labelsInRoom: (labels, room) =>
      plural(labels, {
        one: `${number(labels)} відповідь чекає, доки ти відкриєш кімнату ${room}`,
        few: `${number(labels)} відповіді чекають, доки ти відкриєш кімнату ${room}`,
        many: `${number(labels)} відповідей чекають, доки ти відкриєш кімнату ${room}`,
        other: `${number(labels)} відповіді чекають, доки ти відкриєш кімнату ${room}`,
      }),
    drawingsInLobby: drawings =>
      plural(drawings, {
        one: `${number(drawings)} малюнок чекає, доки ти відкриєш передпокій`,
        few: `${number(drawings)} малюнки чекають, доки ти відкриєш передпокій`,
        many: `${number(drawings)} малюнків чекають, доки ти відкриєш передпокій`,
        other: `${number(drawings)} малюнка чекають, доки ти відкриєш передпокій`,
      }),
    drawingsInRoom: (drawings, room) =>
      plural(drawings, {
        one: `${number(drawings)} малюнок чекає, доки ти відкриєш кімнату ${room}`,
        few: `${number(drawings)} малюнки чекають, доки ти відкриєш кімнату ${room}`,
        many: `${number(drawings)} малюнків чекають, доки ти відкриєш кімнату ${room}`,
        other: `${number(drawings)} малюнка чекають, доки ти відкриєш кімнату ${room}`,
      }),
    noAnswer: 'Сервер не відповідає. Спробуй за хвилину ще раз.',
  },
  notice: {
    notTakenBack: (digit, why) => `Відповідь ${digit} не забрано назад: ${why}`,
    full: 'У цьому малюнку більше немає місця для чорнила. Скасуй штрих або почни наступний.',
    crowded: 'Малює так багато людей, що здогади надходять рідше.',
    notTaken: (digit, why) => `Відповідь ${digit} не прийнято: ${why}`,
    ended: 'Ведучий закрив цю кімнату. Усе намальоване в ній стерто.',
    frozen: 'Ведучий зупинив стіну. Твоє чорнило лишається тут, доки все не продовжиться.',
    paused: 'Ведучий зупинив твоє перо. Твоє чорнило лишається тут.',
    goesOn: 'Ти знову можеш малювати.',
    hidden: 'Ведучий прибрав цей малюнок зі стіни.',
    cleared: 'Ведучий очистив стіну. Ось новий аркуш.',
  },
  lesson: {
    first: 'Перша версія',
    numbered: (lesson, time) => `Урок ${number(lesson)}, ${time}`,
    unnumbered: time => `Урок, ${time}`,
  },
  opening: {
    opening: 'Відкриваю …',
    away: 'Сервер не відповідає.',
    soon: 'Ця сторінка відкриється сама, коли він повернеться.',
    back: 'Назад',
  },
} satisfies PageTexts;
