import { expect, test } from 'vitest';
import { type Broadcast, channelOf, createAnnouncer } from './announcer.ts';

const model = { version: 'v1', card: { version: 'v1' } };

function setUp() {
  const sent: unknown[] = [];
  const emitterOf = (whom: string) => ({
    emit: (event: string, payload: unknown) => sent.push([whom, event, payload]),
  });
  const io: Broadcast = {
    ...emitterOf('all'),
    to: channel => emitterOf(`to ${channel}`),
    except: channels => emitterOf(`all but ${channels.join(', ')}`),
  };
  return { sent, announcer: createAnnouncer(io) };
}

test('[V12] what concerns a room is sent to that room alone', () => {
  const { sent, announcer } = setUp();
  const refused = { refused: 'v2', reason: 'mnist_fell', message: 'MNIST fell.', card: model.card };
  const training = { job: 'j', where: 'server', phase: 'queued', step: 0, steps: 0 } as const;
  const announced = { ...training, loss: null, accuracy: null };
  announcer.model('4b', model);
  announcer.model('4b', refused);
  announcer.training('5c', announced);
  expect(sent).toEqual([
    [`to ${channelOf('4b')}`, 'model', model],
    [`to ${channelOf('4b')}`, 'model', refused],
    [`to ${channelOf('5c')}`, 'training', announced],
  ]);
});

test('[V12] the house’s version is sent to all rooms but those with their own, the pace to everybody', () => {
  const { sent, announcer } = setUp();
  const pace = { guessesPerSecond: 30, overloaded: false };
  announcer.houseModel(model, ['4b', '5c']);
  announcer.pace(pace);
  expect(sent).toEqual([
    [`all but ${channelOf('4b')}, ${channelOf('5c')}`, 'model', model],
    ['all', 'pace', pace],
  ]);
});
