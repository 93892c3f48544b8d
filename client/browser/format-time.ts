const time = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const date = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });

/** The time of day if `at` is today, else the date. */
export function formatTime(at: string): string {
  const when = new Date(at);
  return when.toDateString() === new Date().toDateString() ? time.format(when) : date.format(when);
}
