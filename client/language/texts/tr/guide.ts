import type { GuideTexts } from '../en/guide.ts';

export const guide = {
  next: {
    draw: 'Şimdi: çiz ve hangi rakam olduğunu söyle. Aynı türden dokuz on çizim iyi bir derstir.',
    teach: button => `Şimdi: “${button}” düğmesine bas.`,
    wait: 'Öğreniyor. Eğriyi izle; sonra sınava girer.',
    look: 'Şimdi: bir tane daha çiz. Artık emin mi? Değilse doğrusuna dokun.',
    answer_more:
      'Şimdi: yanlış okuduğu rakamlardan birkaç tane daha çiz, başkaları da çizerse daha iyi olur, sonra yeniden öğret. Söylediklerin saklanır.',
    again: 'Şimdi: yeniden öğret. Söylediklerin saklanır.',
  },
  help: {
    title: 'Bunlarda bana yardım et',
    last: 'Sonuncusu buydu. Teşekkürler!',
    what: 'Ne olduğu',
    ask: 'Bu ne?',
    either: (first, second) => `Bu ${first} mi, ${second} mi? Yoksa başka bir şey mi?`,
    skip: 'Atla',
    takeBack: 'Sonuncuyu geri al',
    count: (given, left) => `Yanıtlanan: ${given}. Kalan: ${left}. 0 ile 9 arası tuşlar yanıtlar.`,
  },
  guide: {
    vienna: 'Viyana’da yazıldığı gibi bir 1 …',
    yours: 'Sıra sende: bir rakam yaz.',
    invent: 'Ya da on işaret icat et.',
    how: button =>
      `Bir işaret çiz ve yerini tuttuğu rakama dokun. Başkaları da çizsin. On kadar çizimden sonra laboratuvarda “${button}” düğmesine bas.`,
    toLab: 'Laboratuvara',
    good: 'Güzel',
    read: digit => `${digit} okuyorum.`,
    unsure: 'Emin değilim.',
    plain: digit => `Yalnızca Amerikan rakamları öğrenseydim ${digit} derdim.`,
    plainUnsure: 'Yalnızca Amerikan rakamları öğrenseydim emin olmazdım.',
  },
} satisfies GuideTexts;
