import { useSignal } from '@preact/signals';
import { maxNameLength } from '../../shared/limits.ts';

interface RoomFormProps {
  label: string;
  /** Absent, the label. */
  hint?: string;
  button: string;
  submit(name: string): void;
}

/** A field for the name of a room, and a button. */
export function RoomForm({ label, hint = label, button, submit }: RoomFormProps) {
  const name = useSignal('');
  return (
    <form
      class="room-form"
      onSubmit={event => {
        event.preventDefault();
        submit(name.value);
      }}
    >
      <input
        aria-label={label}
        placeholder={hint}
        maxLength={maxNameLength}
        value={name.value}
        onInput={event => {
          name.value = event.currentTarget.value;
        }}
      />
      <button type="submit" class="button button-main">
        {button}
      </button>
    </form>
  );
}
