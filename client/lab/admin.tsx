import { useSignal } from '@preact/signals';
import type { StartTrainingModel } from '../lab-models/start-training-model.ts';

/** Sign-in with the admin token, which the server prints at its start. */
export function Admin({ start }: { start: StartTrainingModel }) {
  const refusal = useSignal<string | undefined>(undefined);
  return (
    <form
      class="admin"
      onSubmit={async event => {
        event.preventDefault();
        const token = new FormData(event.currentTarget).get('token');
        const answer = await start.signIn(typeof token === 'string' ? token.trim() : '');
        refusal.value = answer.ok ? undefined : answer.message;
      }}
    >
      <label class="admin-field">
        <span>
          For the admin: export, import, roll back. The token is in the link that the server printed.
        </span>
        <input
          type="password"
          name="token"
          class="field"
          placeholder="Admin token"
          autocomplete="current-password"
          required
        />
      </label>
      <button type="submit" class="button">
        Sign in
      </button>
      {refusal.value !== undefined && (
        <p class="refusal" role="alert">
          {refusal.value}
        </p>
      )}
    </form>
  );
}
