import { formatsOf } from '../../formats.ts';
import type { PrivacyTexts } from '../en/privacy.ts';

const { plural, number } = formatsOf<'one' | 'many'>('es');

export const privacy = {
  title: 'Lo que Inkling guarda de ti',
  own: {
    title: 'Tus dibujos',
    unknown: 'Todo lo que este navegador dibujó aquí, en cada sala:',
    drawings: drawings =>
      plural(drawings, {
        one: 'Este servidor guarda 1 dibujo de este navegador.',
        many: `Este servidor guarda ${number(drawings)} de dibujos de este navegador.`,
        other: `Este servidor guarda ${number(drawings)} dibujos de este navegador.`,
      }),
    labelled: drawings =>
      plural(drawings, {
        one: 'A 1 de ellos le diste una cifra.',
        many: `A ${number(drawings)} de ellos les diste una cifra.`,
        other: `A ${number(drawings)} de ellos les diste una cifra.`,
      }),
    sure: '¿Borrarlos todos, en cada sala? Nadie podrá recuperarlos.',
    reallyErase: 'Borrarlos para siempre',
    keep: 'Conservarlos',
    takeHome: 'Llevármelos',
    erase: 'Borrarlos',
    erased: drawings =>
      plural(drawings, {
        one: '1 dibujo guardado borrado.',
        many: `${number(drawings)} de dibujos guardados borrados.`,
        other: `${number(drawings)} dibujos guardados borrados.`,
      }),
    nothing: 'Todavía no hay nada que llevarse ni que borrar.',
  },
  stored: {
    title: 'Qué se guarda',
    drawings:
      'Cada dibujo que terminaste o al que diste una cifra: sus líneas, cuándo y en qué sala se dibujó, como qué se leyó y qué dijiste que es.',
    cookie: 'Una cookie con un número al azar. Dice qué dibujos son tuyos, y nada más sobre ti.',
    network:
      'Cuando das una cifra: una marca cifrada de la red en la que estás (un hash con clave), para que una persona no cuente como muchas. Tu dirección no se guarda.',
    name: 'Tu nombre, si escribes uno, se queda en tu navegador. La sala lo ve mientras estás; no se guarda en ningún otro sitio.',
  },
  days: {
    title: 'Por cuánto tiempo',
    unknown: 'El servidor no responde ahora, y solo él sabe por cuántos días.',
    unlabelled: days =>
      plural(days, {
        one: 'Los dibujos a los que nadie dio una cifra: 1 día, si no los borras antes.',
        many: `Los dibujos a los que nadie dio una cifra: ${number(days)} de días, si no los borras antes.`,
        other: `Los dibujos a los que nadie dio una cifra: ${number(days)} días, si no los borras antes.`,
      }),
    unlabelledKept:
      'Los dibujos a los que nadie dio una cifra: hasta que tú o quienes llevan este servidor los borren.',
    labelled: days =>
      plural(days, {
        one: 'Los dibujos con una cifra, que enseñan: 1 día, si no los borras antes.',
        many: `Los dibujos con una cifra, que enseñan: ${number(days)} de días, si no los borras antes.`,
        other: `Los dibujos con una cifra, que enseñan: ${number(days)} días, si no los borras antes.`,
      }),
    labelledKept:
      'Los dibujos con una cifra, que enseñan: hasta que tú o quienes llevan este servidor los borren.',
    network: 'La marca de tu red se va con tu último dibujo.',
    learned:
      'Lo que un modelo aprendió, aprendido queda. El Laboratorio dice de cada modelo cuántos de sus dibujos se borraron desde entonces.',
  },
  readers: {
    title: 'Quién lo ve',
    room: 'Todos los que están en la sala y todos los que saben su nombre. Tu propio nombre se ve solo mientras estás.',
    operators: 'Las personas que llevan este servidor.',
    trainers: 'Un navegador de la sala que ayuda a enseñar recibe dibujos con una cifra, sin nombres.',
  },
  never: {
    title: 'Lo que nunca pasa',
    others: 'Tus dibujos no van a ningún otro sitio, y esta página no pide nada a ningún otro sitio.',
    counting: 'Sin publicidad, sin contar visitas, sin cuenta, sin lista de quién eres.',
  },
  questions: {
    title: 'Preguntas',
    ask: 'Pregunta a <contact></contact>.',
    askWhoever: 'Pregunta a quien te dio la dirección de esta página.',
  },
} satisfies PrivacyTexts;
