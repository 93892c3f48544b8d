import { formatsOf } from '../../formats.ts';
import type { PrivacyTexts } from '../en/privacy.ts';

const { number } = formatsOf<'one'>('tr');

export const privacy = {
  title: 'Inkling senden neyi saklar',
  own: {
    title: 'Çizimlerin',
    unknown: 'Bu tarayıcının burada, bütün odalarda çizdiği her şey:',
    drawings: drawings => `Bu sunucu bu tarayıcının ${number(drawings)} çizimini saklıyor.`,
    labelled: drawings => `Bunlardan ${number(drawings)} tanesinin rakamını söyledin.`,
    sure: 'Bütün odalardaki hepsi silinsin mi? Kimse geri getiremez.',
    reallyErase: 'Sonsuza dek sil',
    keep: 'Kalsın',
    takeHome: 'Eve götür',
    erase: 'Sil',
    erased: drawings => `Saklanan ${number(drawings)} çizim silindi.`,
    nothing: 'Henüz götürecek ya da silecek bir şey yok.',
  },
  stored: {
    title: 'Ne saklanır',
    drawings:
      'Bitirdiğin ya da rakamını söylediğin her çizim: çizgileri, ne zaman ve hangi odada çizildiği, ne okunduğu ve senin ne dediğin.',
    cookie:
      'Rastgele bir sayı taşıyan bir çerez. Hangi çizimlerin senin olduğunu söyler, hakkında başka bir şey söylemez.',
    network:
      'Bir rakam söylediğinde: bulunduğun ağın karıştırılmış bir işareti (anahtarlı özet), bir kişi çok kişi sayılmasın diye. Adresinin kendisi saklanmaz.',
    name: 'Bir ad yazarsan tarayıcında kalır. Sen oradayken oda onu görür; başka hiçbir yerde saklanmaz.',
  },
  days: {
    title: 'Ne kadar süre',
    unknown: 'Sunucu şu anda yanıt vermiyor, kaç gün olduğunu yalnız o bilir.',
    unlabelled: days =>
      `Kimsenin rakamını söylemediği çizimler: ${number(days)} gün, sen daha önce silmezsen.`,
    unlabelledKept: 'Kimsenin rakamını söylemediği çizimler: sen ya da bu sunucuyu yönetenler silene kadar.',
    labelled: days => `Rakamı söylenen, öğreten çizimler: ${number(days)} gün, sen daha önce silmezsen.`,
    labelledKept: 'Rakamı söylenen, öğreten çizimler: sen ya da bu sunucuyu yönetenler silene kadar.',
    network: 'Ağının işareti son çiziminle birlikte gider.',
    learned:
      'Bir modelin öğrendiği öğrenilmiş kalır. Laboratuvar her model için, çizimlerinden kaçının o zamandan beri silindiğini söyler.',
  },
  readers: {
    title: 'Kim görür',
    room: 'Odadaki herkes ve adını bilen herkes. Senin adın yalnız sen oradayken görünür.',
    operators: 'Bu sunucuyu yönetenler.',
    trainers: 'Odada öğretmeye yardım eden bir tarayıcı, rakamı söylenen çizimleri adsız olarak alır.',
  },
  never: {
    title: 'Asla olmayanlar',
    others: 'Çizimlerin başka hiçbir siteye gitmez ve bu sayfa başka hiçbir siteden bir şey istemez.',
    counting: 'Reklam yok, ziyaretçi sayma yok, hesap yok, kim olduğunun listesi yok.',
  },
  questions: {
    title: 'Sorular',
    ask: 'Sorabileceğin kişi: <contact></contact>.',
    askWhoever: 'Bu sayfanın adresini sana verenlere sor.',
  },
} satisfies PrivacyTexts;
