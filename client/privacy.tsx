import './css/privacy.css';
import { useEffect, useMemo } from 'preact/hooks';
import type { OwnDrawings, PrivacyTerms } from '../shared/http-api.ts';
import { count } from './models/captions.ts';
import type { Page } from './models/page-model.ts';
import { createPrivacyModel, type PrivacyModel } from './models/privacy-model.ts';
import { Header } from './ui/header.tsx';

/** What is stored, for how long, who sees it, and the visitor's own drawings. */
export function Privacy({ page }: { page: Page }) {
  const privacy = useMemo(() => createPrivacyModel({ api: page.api, eraseHere: page.erased }), [page]);
  useEffect(() => void privacy.load(), [privacy]);
  return (
    <div class="page">
      <Header page={page} />
      <main class="privacy">
        <h2 class="privacy-title">What Inkling keeps of you</h2>
        <Own privacy={privacy} />
        <Stored />
        <Days terms={privacy.terms.value} />
        <Readers />
        <Never />
        <Contact contact={privacy.terms.value?.contact} />
      </main>
    </div>
  );
}

function Own({ privacy }: { privacy: PrivacyModel }) {
  return (
    <section class="privacy-own" aria-labelledby="privacy-own">
      <h2 id="privacy-own">Your drawings</h2>
      <p>{ownLine(privacy.own.value)}</p>
      <OwnActions privacy={privacy} />
    </section>
  );
}

function OwnActions({ privacy }: { privacy: PrivacyModel }) {
  const erasing = privacy.erasing.value;
  const none = privacy.own.value?.drawings === 0;
  switch (erasing.state) {
    case 'sure':
    case 'erasing':
      return (
        <div class="privacy-actions">
          <p class="privacy-sure">Erase all of them, in every room? Nobody can bring them back.</p>
          <button
            type="button"
            class="button button-main"
            disabled={erasing.state === 'erasing'}
            onClick={() => void privacy.erase()}
          >
            Erase them for ever
          </button>
          <button
            // The button that was pressed is gone; the harmless one takes the focus.
            ref={button => button?.focus()}
            type="button"
            class="button"
            disabled={erasing.state === 'erasing'}
            onClick={privacy.keep}
          >
            Keep them
          </button>
        </div>
      );
    case 'idle':
    case 'done':
    case 'refused':
      return (
        <>
          <div class="privacy-actions">
            <a class="button button-link" href="/api/me/export" download="my-drawings.ndjson">
              Take them home
            </a>
            <button type="button" class="button" onClick={privacy.ask}>
              Erase them
            </button>
          </div>
          <p
            ref={outcome => {
              if (erasing.state !== 'idle') outcome?.focus();
            }}
            class="privacy-outcome"
            role="status"
            tabIndex={-1}
          >
            {erasing.state === 'done' && `${count(erasing.erased, 'stored drawing')} erased.`}
            {erasing.state === 'refused' && <span class="refusal">{erasing.message}</span>}
            {erasing.state === 'idle' && none && 'There is nothing to take or to erase yet.'}
          </p>
        </>
      );
    default:
      return erasing satisfies never;
  }
}

function ownLine(own: OwnDrawings | undefined): string {
  if (own === undefined) return 'All that this browser drew here, in every room:';
  return `This server keeps ${count(own.drawings, 'drawing')} of this browser, ${own.labelled} of them with a digit that you gave.`;
}

function Stored() {
  return (
    <section>
      <h2>What is stored</h2>
      <ul>
        <li>
          Each drawing that you finished or gave a digit: its lines, when and in which room it was drawn, what
          it was read as and what you said it is.
        </li>
        <li>A cookie with a random number. It says which drawings are yours, and nothing else about you.</li>
        <li>
          Once you give a digit: a scrambled mark of the network you are on (a keyed hash), so that one person
          cannot count as many. Your address itself is not stored.
        </li>
        <li>
          Your name, if you type one, stays in your browser. The room sees it while you are there; it is
          stored nowhere else.
        </li>
      </ul>
    </section>
  );
}

function Days({ terms }: { terms: PrivacyTerms | undefined }) {
  return (
    <section>
      <h2>For how long</h2>
      <ul>
        {terms === undefined ? (
          <li>The server does not answer just now, and only it knows for how many days.</li>
        ) : (
          <>
            <li>Drawings that nobody gave a digit: {daysOf(terms.retainDays)}.</li>
            <li>Drawings with a digit, which teach: {daysOf(terms.retainLabelledDays)}.</li>
          </>
        )}
        <li>Your network’s mark goes with your last drawing.</li>
        <li>
          What a model learned stays learned. The Lab says of each model how many of its drawings were erased
          since.
        </li>
      </ul>
    </section>
  );
}

function daysOf(days: number): string {
  if (days === 0) return 'until you or the people who run this server erase them';
  return `${count(days, 'day')}, unless you erase them before`;
}

function Readers() {
  return (
    <section>
      <h2>Who sees it</h2>
      <ul>
        <li>
          Everybody in the room, and everybody who knows its name. Your own name is seen only while you are
          there.
        </li>
        <li>The people who run this server.</li>
        <li>A browser in the room that helps to train gets drawings with a digit, without names.</li>
      </ul>
    </section>
  );
}

function Never() {
  return (
    <section>
      <h2>What never happens</h2>
      <ul>
        <li>Your drawings go to no other site, and this page asks no other site for anything.</li>
        <li>No advertising, no counting of visitors, no account, no list of who you are.</li>
      </ul>
    </section>
  );
}

function Contact({ contact }: { contact: string | null | undefined }) {
  return (
    <section>
      <h2>Questions</h2>
      <p>
        {contact ? (
          <>
            Ask <ContactLink contact={contact} />.
          </>
        ) : (
          'Ask the people who gave you the address of this page.'
        )}
      </p>
    </section>
  );
}

function ContactLink({ contact }: { contact: string }) {
  if (/^https?:\/\/\S+$/.test(contact))
    return (
      <a href={contact} rel="noreferrer">
        {contact}
      </a>
    );
  if (/^[^\s@]+@[^\s@]+$/.test(contact)) return <a href={`mailto:${contact}`}>{contact}</a>;
  return <span>{contact}</span>;
}
