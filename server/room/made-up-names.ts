import { createHash, randomInt } from 'node:crypto';

const adjectives = `
  amber able airy apt azure bold brave bright brisk busy calm candid cheery clever cosy crisp curly
  dapper daring deft eager early easy fair fancy fine fleet fond free fresh gentle glad golden good
  grand green happy hardy honest humble jolly keen kind lilac lively lucky merry mild minty neat
  nimble noble open plucky proud quick quiet ready rosy royal silver sunny swift warm`
  .trim()
  .split(/\s+/);
const nouns = `
  acorn alder almond anchor apple apron arch aspen aster atlas autumn badger ballad bamboo banjo
  barley basil basket bay beach beaver beech bell berry birch biscuit bison blossom bonnet boot
  bramble branch breeze brick bridge brook broom bubble bucket button cabin cactus camel candle canoe
  canyon castle cedar cello chalk cherry chess cider circle citrus clay cliff cloud clover coast cocoa
  comet compass copper coral cotton cove crane crayon creek crystal cup daisy dawn delta desert
  dolphin dove dragon drum dune eagle echo elk elm ember falcon feather fern ferry fiddle field finch
  fjord flute forest fox garden garlic gecko ginger glade globe grape grove guitar hammock harbor harp
  hazel heron hill honey horizon iris island ivory ivy jasmine jay juniper kayak kettle kite koala
  lagoon lake lantern lark laurel leaf lemon lily lime linen lotus lynx magpie mango maple marble
  meadow melon mint mirror moon moss muffin nectar nest nutmeg oak oasis oat ocean olive onyx opal
  orbit orchid otter owl paddle palm panda papaya parrot peach pear pebble pencil pepper piano pine
  planet plum pocket pond poplar poppy prairie puffin pumpkin quartz quill rabbit radish rain raven
  reed reef ribbon river robin rocket rose saddle saffron sage sail salmon sand satin seal shell shore
  silk sparrow spruce squash star stone stork stream summer swan tea thistle thyme tiger torch tulip
  tunnel turtle valley vanilla velvet violet walnut wave whale willow window winter wren yarn zebra`
  .trim()
  .split(/\s+/);

const digits = 1_000_000;

/** How many rooms' names can be made up: nobody finds a room by trying. */
export const roomNameBits = Math.log2(adjectives.length * nouns.length ** 2 * digits);

/** A room's name that nobody guesses and that a person can type from a projector: three short words and six digits. */
export function madeUpRoom(random: (below: number) => number = below => randomInt(below)): string {
  const word = (words: readonly string[]) => words[random(words.length)];
  return [word(adjectives), word(nouns), word(nouns), `${random(digits)}`.padStart(6, '0')].join('-');
}

/** A person's made-up name, which is the same on every node and after a restart, and reveals nothing of the session. */
export function madeUpName(session: string): string {
  const hash = createHash('sha256').update(`inkling name ${session}`).digest();
  const words = [
    adjectives[hash.readUInt16BE(0) % adjectives.length],
    nouns[hash.readUInt16BE(2) % nouns.length],
  ];
  return words.map(word => word[0].toUpperCase() + word.slice(1)).join(' ');
}
