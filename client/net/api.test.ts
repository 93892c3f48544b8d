import { expect, test } from 'vitest';
import { createApi } from './api.ts';
import { noAnswer } from './retry.ts';

function setUp(respond: () => Response | Promise<Response>) {
  const requests: [string, RequestInit | undefined][] = [];
  const api = createApi(async (path, init) => {
    requests.push([path, init]);
    return respond();
  }, '4b');
  return { api, requests };
}

const refused = { ok: false, reason: 'busy', message: 'One lesson at a time.' };

test('a filter that filters nothing is not in the address', async () => {
  const { api, requests } = setUp(() => Response.json({ samples: [], next: null }));
  await api.samples({ room: '4b', wrong: true, digit: 0, labelled: undefined, before: undefined, limit: 30 });
  expect(requests[0]![0]).toBe('/api/samples?room=4b&wrong=true&digit=0&limit=30');
});

test('a refusal is returned with its own sentence, whatever the status', async () => {
  const { api } = setUp(() => Response.json(refused, { status: 409 }));
  expect(await api.startTraining()).toEqual(refused);
});

test('taking a label off sends null, training one sample sends which', async () => {
  const { api, requests } = setUp(() => Response.json({ ok: true }));
  await api.relabel(7, null);
  await api.startTraining([7]);
  await api.startTraining();
  expect(requests.map(([path, init]) => [init?.method, path, init?.body])).toEqual([
    ['PATCH', '/api/samples/7?room=4b', '{"digit":null}'],
    ['POST', '/api/training', '{"where":"server","room":"4b","samples":[7]}'],
    ['POST', '/api/training', '{"where":"server","room":"4b"}'],
  ]);
});

test('a drawing is read again in its room, one without a room in the lobby', async () => {
  const { api, requests } = setUp(() => Response.json({ ok: true }));
  await api.predict(7, '4b');
  await api.predict(8, null);
  expect(requests.map(([path]) => path)).toEqual([
    '/api/samples/7/predict?room=4b',
    '/api/samples/8/predict?room=lobby',
  ]);
});

test('a lost connection and a proxy’s page are no answer', async () => {
  const dead = setUp(() => Promise.reject(new TypeError('fetch failed')));
  expect(await dead.api.promote('a')).toEqual(noAnswer);
  expect(await dead.api.training()).toBeUndefined();
  const proxy = setUp(() => new Response('<h1>Bad gateway</h1>', { status: 502 }));
  expect(await proxy.api.cancelTraining('a')).toEqual(noAnswer);
  expect(await proxy.api.models()).toBeUndefined();
  const captive = setUp(() => new Response('<h1>Sign in to this network</h1>'));
  expect(await captive.api.models()).toBeUndefined();
});
