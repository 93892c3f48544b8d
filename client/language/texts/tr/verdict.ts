import { formatsOf } from '../../formats.ts';
import type { VerdictTexts } from '../en/verdict.ts';

const { plural, number } = formatsOf<'one'>('tr');

export const verdict = {
  phases: {
    queued: 'Sırasını bekliyor',
    finding: 'Cihaz arıyor',
    measuring: 'Bildiklerini ölçüyor',
    training: 'Alıştırma yapıyor',
    trainingStep: (step, steps) => `Alıştırma yapıyor ${number(step)}/${number(steps)}`,
    judging: 'Sınava giriyor',
    learningQueued: 'Odadan öğreniyor: sırasını bekliyor…',
    learningMeasuring: 'Odadan öğreniyor: bildiklerini ölçüyor…',
    learningStep: (step, steps) => `Odadan öğreniyor… ${number(step)}/${number(steps)}`,
    learningTraining: 'Odadan öğreniyor: alıştırma yapıyor…',
    learningJudging: 'Odadan öğreniyor: sınava giriyor…',
    learned: 'Öğrendi.',
    learnedVersion: version => `Öğrendi. Bundan sonra okuyan: ${version}.`,
    refused: 'Bu kez olmadı: eskisi gibi kalıyor.',
    failed: 'Ders yarıda kaldı.',
    cancelled: 'Ders durduruldu.',
    switched: version => `Bundan sonra okuyan: ${version}.`,
  },
  lesson: {
    title: 'Ders',
    curve: 'alıştırmada doğru okunan',
    room: 'Odadan öğreniyor',
    device: device => `Öğrendiği yer: ${device}`,
    aDevice: 'buradaki birinin cihazı',
    who: ({ drawings, people }) => `Odadan öğreniyor: ${number(people)} kişiden ${number(drawings)} çizim`,
    whoOn: ({ drawings, people }, device) =>
      `Öğrendiği yer ${device}: ${number(people)} kişiden ${number(drawings)} çizim`,
  },
  flip: (before, now) => `Bu odadan bir çizim, önce ${before} diye okundu, şimdi ${now} diye`,
  digits: {
    title: 'Öğrendiği çizimlerden önce ve şimdi doğru okunanlar:',
    spoken: (digit, { before, after, count }) =>
      `${digit}: ${number(count)} çizimden önce ${number(before)}, şimdi ${number(after)}`,
    change: (before, after, count) => `${number(before)} → ${number(after)} / ${number(count)}`,
  },
  learned: (learned, misread) =>
    `Yanlış okuduğu ${number(misread)} çizimden ${number(learned)} tanesini artık doğru okuyor.`,
  better: 'Eskisinden iyi okuyor.',
  setAside: answers =>
    plural(answers, {
      one: `${number(answers)} yanıt çizimine uymadı ve dışarıda bırakıldı.`,
      other: `${number(answers)} yanıt çizimlerine uymadı ve dışarıda bırakıldı.`,
    }),
  digitFell: digit =>
    `${digit} rakamını daha kötü okurdu. Birkaç sıradan ${digit} çiz, ne olduğunu söyle ve yeniden öğret.`,
  refused: {
    not_finite: 'Ders bozuk çıktı. Yeniden dene.',
    too_little_evidence: 'Öğrenecek çok az şey vardı. Daha çok çiz ve ne olduğunu söyle.',
    labels_doubted: 'Yanıtlar, çizimlerin açıkça gösterdiğiyle çelişiyor. Onlara bak ve düzelt.',
    mnist_fell: 'Gündelik rakamları daha kötü okurdu. Ona başka türlü rakamlar da öğret.',
    digit_fell: 'Rakamlardan birini daha kötü okurdu. Onunun da sıradan hâlini çiz ve yeniden öğret.',
    pens_fell: 'Başkalarının yazısını daha kötü okurdu. Ona daha çok kişinin çizimini öğret.',
    strangers_fell: 'Buradaki başka kişileri daha kötü okurdu. Daha çok kişi çizsin ve yanıtlasın.',
    corrections_forgotten: 'Daha önce öğrendiğini unuturdu. Eskileri yenilerle birlikte yeniden öğret.',
    canaries_fired: 'Karalamaları rakam sanırdı. Rakam olmayanlardan yanıtı kaldır.',
    calibration_fell: 'Kendinden fazla emin olurdu. Ona öğrenmesi için daha çok çizim ver.',
    too_slow: 'Fazla yavaşlardı.',
    nothing_learned: 'Ne istendiğini anlamadı. Birkaç kez daha çiz ve ne olduğunu söyle.',
  },
} satisfies VerdictTexts;
