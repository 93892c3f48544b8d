import type { GuideTexts } from '../en/guide.ts';

export const guide = {
  next: {
    draw: 'Ahora: dibuja y di qué cifra es. Nueve o diez dibujos del mismo tipo hacen una buena lección.',
    teach: button => `Ahora: pulsa «${button}».`,
    wait: 'Está aprendiendo. Mira la curva; después hace un examen.',
    look: 'Ahora: dibuja una más. ¿Está seguro ya? Si no, toca la que es.',
    answer_more:
      'Ahora: dibuja unas cuantas más de las cifras que lee mal, mejor también otras personas, y vuelve a enseñarle. Lo que dijiste se guarda.',
    again: 'Ahora: vuelve a enseñarle. Lo que dijiste se guarda.',
  },
  help: {
    title: 'Ayúdame con estos',
    last: 'Ese era el último. ¡Gracias!',
    what: 'Qué es',
    ask: '¿Qué es esto?',
    either: (first, second) => `¿Es un ${first} o un ${second}? ¿O qué es?`,
    skip: 'Saltar',
    takeBack: 'Deshacer el último',
    count: (given, left) => `Respondidos: ${given}. Quedan: ${left}. Las teclas 0 a 9 responden.`,
  },
  guide: {
    vienna: 'Un 1, como se escribe en Viena …',
    yours: 'Ahora tú: escribe una cifra.',
    invent: 'O inventa diez signos.',
    how: button =>
      `Dibuja un signo y toca la cifra que representa. Deja que otros también lo dibujen. Tras unos diez dibujos, pulsa «${button}» en el laboratorio.`,
    toLab: 'Al laboratorio',
    good: 'Bien',
    read: digit => `Leo ${digit}.`,
    unsure: 'No estoy seguro.',
    plain: digit => `Si solo hubiera aprendido cifras estadounidenses, diría ${digit}.`,
    plainUnsure: 'Si solo hubiera aprendido cifras estadounidenses, no estaría seguro.',
  },
} satisfies GuideTexts;
