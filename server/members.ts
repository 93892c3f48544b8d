import { graceMs, leaveAfterMs } from '../shared/limits.ts';
import type { Person } from '../shared/protocol.ts';

/** A session within a room: `here` on that many connections, `away` since then, or `gone` from the list. */
type Presence =
  | { state: 'here'; connections: number }
  | { state: 'away'; sinceMs: number }
  | { state: 'gone'; sinceMs: number };
interface Member extends Person {
  presence: Presence;
}

/** `own`: of this node. */
export interface News {
  own: boolean;
  person: Person;
}

export interface MembersParts {
  /** Milliseconds, monotonic. */
  now(): number;
  came(news: News): void;
  left(news: News): void;
}

const personOf = ({ person, name }: Person): Person => ({ person, name });

/** The people of a room: ours, by session, and those whom other nodes speak for. */
export function createMembers({ now, came, left }: MembersParts) {
  const members = new Map<string, Member>();
  const guests = new Map<number, Person>();
  let numbers = 0;

  const own = () => [...members.values()].filter(member => member.presence.state !== 'gone').map(personOf);

  return {
    enter(session: string, name: string): Person {
      const known = members.get(session);
      if (known === undefined) {
        const member: Member = { person: ++numbers, name, presence: { state: 'here', connections: 1 } };
        members.set(session, member);
        came({ own: true, person: personOf(member) });
        return personOf(member);
      }
      const { presence } = known;
      const renamed = name !== '' && name !== known.name;
      if (renamed) known.name = name;
      const connections = presence.state === 'here' ? presence.connections + 1 : 1;
      known.presence = { state: 'here', connections };
      if (presence.state === 'gone' || renamed) came({ own: true, person: personOf(known) });
      return personOf(known);
    },
    leave(session: string) {
      const member = members.get(session);
      if (member?.presence.state !== 'here') return;
      const connections = member.presence.connections - 1;
      member.presence = connections > 0 ? { state: 'here', connections } : { state: 'away', sinceMs: now() };
    },
    admit(name: string): Person {
      const person: Person = { person: ++numbers, name };
      guests.set(person.person, person);
      came({ own: false, person });
      return person;
    },
    expel(number: number) {
      const person = guests.get(number);
      if (person !== undefined && guests.delete(number)) left({ own: false, person });
    },
    own,
    people: (): Person[] => [...own(), ...guests.values()],
    /** Ages the absent. Returns the sessions that will not come back. */
    sweep(): string[] {
      const over: string[] = [];
      for (const [session, member] of members) {
        const { presence } = member;
        if (presence.state === 'here') continue;
        const absentMs = now() - presence.sinceMs;
        if (presence.state === 'away' && absentMs > leaveAfterMs) {
          member.presence = { state: 'gone', sinceMs: presence.sinceMs };
          left({ own: true, person: personOf(member) });
        }
        if (absentMs <= graceMs) continue;
        members.delete(session);
        over.push(session);
      }
      return over;
    },
    /** Nobody of ours is here, or may still come back. */
    empty: () => members.size === 0,
  };
}
