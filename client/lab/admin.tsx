import { useSignal } from '@preact/signals';
import type { StartTrainingModel } from '../lab-models/start-training-model.ts';
import { labTexts } from '../language/lab-texts.ts';
import { refusalText } from '../language/refusal-text.ts';

/** Sign-in with the admin token, which the server prints at its start. */
export function Admin({ start }: { start: StartTrainingModel }) {
  const text = labTexts.value.home;
  const refusal = useSignal<string | undefined>(undefined);
  return (
    <form
      class="admin"
      onSubmit={async event => {
        event.preventDefault();
        const token = new FormData(event.currentTarget).get('token');
        const answer = await start.signIn(typeof token === 'string' ? token.trim() : '');
        refusal.value = answer.ok ? undefined : refusalText(answer);
      }}
    >
      <label class="admin-field">
        <span>{text.admin}</span>
        <input
          type="password"
          name="token"
          class="field"
          placeholder={text.token}
          autocomplete="current-password"
          required
        />
      </label>
      <button type="submit" class="button">
        {text.signIn}
      </button>
      {refusal.value !== undefined && (
        <p class="refusal" role="alert">
          {refusal.value}
        </p>
      )}
    </form>
  );
}
