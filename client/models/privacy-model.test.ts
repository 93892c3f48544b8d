import { expect, test } from 'vitest';
import { createFakeApi } from '../testing/fake-api.ts';
import { createPrivacyModel } from './privacy-model.ts';

function setUp() {
  const { fake, api } = createFakeApi();
  const order: string[] = [];
  const privacy = createPrivacyModel({
    api: {
      ...api,
      async eraseOwn() {
        order.push('server');
        return api.eraseOwn();
      },
    },
    eraseHere: () => order.push('page'),
  });
  return { fake, privacy, order };
}

test('[PV6] the page erases only after a second tap, its own copies before those of the server', async () => {
  const { privacy, order } = setUp();
  await privacy.load();
  expect(privacy.terms.value).toMatchObject({ retainDays: 30 });
  privacy.ask();
  privacy.keep();
  expect([privacy.erasing.value.state, order]).toEqual(['idle', []]);
  privacy.ask();
  await privacy.erase();
  expect(order).toEqual(['page', 'server']);
  expect(privacy.erasing.value).toEqual({ state: 'done', erased: 3 });
});

test('[PV6] the page shows why the server did not erase, and may be asked again', async () => {
  const { fake, privacy } = setUp();
  fake.refusal = { ok: false, reason: 'unavailable', message: 'The database is away just now; try again.' };
  await privacy.erase();
  expect(privacy.erasing.value).toEqual({ state: 'refused', message: fake.refusal.message });
  fake.refusal = undefined;
  await privacy.erase();
  expect(privacy.erasing.value.state).toBe('done');
});
