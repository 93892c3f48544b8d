import { formatsOf } from '../../formats.ts';
import type { PageTexts } from '../en/page.ts';

const { plural, number } = formatsOf<'one' | 'many'>('es');

export const page = {
  language: 'Idioma',
  places: { draw: 'Dibujar', wall: 'Mural', lab: 'Laboratorio', privacy: 'Privacidad' },
  look: { day: 'Tinta sobre papel', night: 'Tiza en la pizarra' },
  room: 'Sala',
  host: 'Dirigir',
  close: 'Cerrar',
  undo: 'Deshacer',
  more: 'Más',
  story: 'Aprendió de estadounidenses; <em>tu clase quizá no.</em>',
  caption: {
    opinion: digit => `Si solo hubiera aprendido cifras de Estados Unidos, diría ${digit}.`,
    blank: 'Dibuja una cifra, del 0 al 9.',
    full: 'El dibujo está lleno: deshaz un trazo o empieza el siguiente.',
    looking: 'Mirando…',
    lineIsDown: 'Tu tinta queda guardada. Nadie la lee mientras no hay conexión.',
    undecided: (digit, rival) => `Aún no estoy seguro: ¿${digit} o ${rival}?`,
    unreadable: '¿Es una cifra? Si lo es, toca cuál.',
    unsure: (digit, rival) => `No estoy seguro: ¿${digit} o ${rival}? Toca lo que es.`,
    decided: (digit, sure) => `Leo ${digit}, ${sure}. Si no, toca lo que es.`,
    saving: digit => `Guardando: ${digit}…`,
    kept: digit => `Es ${digit}: guardado aquí, se envía cuando vuelva la conexión.`,
    noted: digit => `Anotado: es ${digit}. Gracias.`,
    right: digit => `Correcto: es ${digit}. Gracias.`,
    corrected: (digit, read) => `Anotado: ${digit}, no ${read}. Gracias.`,
    penIsDown: caption => `Lápiz apoyado. ${caption}`,
  },
  draw: {
    why: '¿Por qué?',
    takeBack: 'retirar',
    fingerRests: 'Aquí dibuja un lápiz; los dedos descansan. «Solo lápiz» lo cambia.',
    name: 'Dibujar',
    pad: 'Hoja de dibujo',
    hint: 'dibuja aquí',
    keys: 'Las flechas mueven el lápiz, con Mayús más lejos. Espacio lo apoya y lo levanta. Del 0 al 9 dicen lo que es, Intro confirma, Escape empieza el siguiente, Control Z deshace un trazo.',
    undoKeys: 'Ctrl + Z, o toca con dos dedos',
    penOnly: 'Solo lápiz',
    clear: 'Borrar',
    next: 'Siguiente',
    saved: 'Guardado',
    kept: 'Guardado para luego',
    saving: 'Guardando',
    yes: 'Sí',
    yesDigit: digit => `Sí, ${digit}`,
    notSure: 'no sé',
    whatItIs: 'Lo que es',
    mind: 'Cómo cambió de idea',
    sees: 'Lo que ve',
    model: name => `Modelo: ${name}`,
  },
  link: {
    connecting: 'conectando',
    live: 'en directo',
    liveWaiting: labels =>
      plural(labels, {
        one: 'en directo, 1 respuesta espera',
        many: `en directo, ${number(labels)} de respuestas esperan`,
        other: `en directo, ${number(labels)} respuestas esperan`,
      }),
    offline: 'sin conexión, tu tinta queda guardada',
    offlineLabels: labels =>
      plural(labels, {
        one: 'sin conexión, 1 respuesta espera',
        many: `sin conexión, ${number(labels)} de respuestas esperan`,
        other: `sin conexión, ${number(labels)} respuestas esperan`,
      }),
    offlineDrawings: drawings =>
      plural(drawings, {
        one: 'sin conexión, 1 dibujo espera',
        many: `sin conexión, ${number(drawings)} de dibujos esperan`,
        other: `sin conexión, ${number(drawings)} dibujos esperan`,
      }),
    offlineBoth: things => `sin conexión, ${number(things)} respuestas y dibujos esperan`,
    people: people =>
      plural(people, {
        one: '1 persona',
        many: `${number(people)} de personas`,
        other: `${number(people)} personas`,
      }),
    labelsInLobby: labels =>
      plural(labels, {
        one: '1 respuesta espera a que abras el vestíbulo',
        many: `${number(labels)} de respuestas esperan a que abras el vestíbulo`,
        other: `${number(labels)} respuestas esperan a que abras el vestíbulo`,
      }),
    labelsInRoom: (labels, room) =>
      plural(labels, {
        one: `1 respuesta espera a que abras la sala ${room}`,
        many: `${number(labels)} de respuestas esperan a que abras la sala ${room}`,
        other: `${number(labels)} respuestas esperan a que abras la sala ${room}`,
      }),
    drawingsInLobby: drawings =>
      plural(drawings, {
        one: '1 dibujo espera a que abras el vestíbulo',
        many: `${number(drawings)} de dibujos esperan a que abras el vestíbulo`,
        other: `${number(drawings)} dibujos esperan a que abras el vestíbulo`,
      }),
    drawingsInRoom: (drawings, room) =>
      plural(drawings, {
        one: `1 dibujo espera a que abras la sala ${room}`,
        many: `${number(drawings)} de dibujos esperan a que abras la sala ${room}`,
        other: `${number(drawings)} dibujos esperan a que abras la sala ${room}`,
      }),
    noAnswer: 'El servidor no responde. Inténtalo otra vez en un momento.',
  },
  notice: {
    notTakenBack: (digit, why) => `La respuesta ${digit} no se retiró: ${why}`,
    full: 'En este dibujo no cabe más tinta. Deshaz un trazo o empieza el siguiente.',
    crowded: 'Dibuja tanta gente que las respuestas llegan menos a menudo.',
    notTaken: (digit, why) => `La respuesta ${digit} no se aceptó: ${why}`,
    ended: 'Quien dirige ha cerrado esta sala. Lo que se dibujó en ella está borrado.',
    frozen: 'Quien dirige ha congelado el mural. Tu tinta se queda aquí hasta que siga.',
    paused: 'Quien dirige ha puesto tu lápiz en pausa. Tu tinta se queda aquí.',
    goesOn: 'Ya puedes volver a dibujar.',
    hidden: 'Quien dirige ha quitado este dibujo del mural.',
    cleared: 'Quien dirige ha vaciado el mural. Aquí tienes una hoja nueva.',
  },
  lesson: {
    first: 'Primera versión',
    numbered: (lesson, time) => `Lección ${number(lesson)}, ${time}`,
    unnumbered: time => `Lección de las ${time}`,
  },
  opening: {
    opening: 'Abriendo …',
    away: 'El servidor no responde.',
    soon: 'Esta página se abrirá sola cuando vuelva.',
    back: 'Atrás',
  },
} satisfies PageTexts;
