import './css/privacy.css';
import { useEffect, useMemo } from 'preact/hooks';
import type { PrivacyTerms } from '../shared/http-api.ts';
import { privacyTexts } from './language/privacy-texts.ts';
import type { Page } from './models/page-model.ts';
import { createPrivacyModel, type PrivacyModel } from './models/privacy-model.ts';
import { Foot } from './ui/foot.tsx';
import { Header } from './ui/header.tsx';
import { Rich } from './ui/rich.tsx';

/** Stored data, their retention and audience, and the visitor's own drawings. */
export function Privacy({ page }: { page: Page }) {
  const privacy = useMemo(() => createPrivacyModel({ api: page.api, eraseHere: page.erased }), [page]);
  useEffect(() => void privacy.load(), [privacy]);
  return (
    <div class="page">
      <Header page={page} />
      <main class="privacy">
        <h2 class="privacy-title">{privacyTexts.value.title}</h2>
        <Own privacy={privacy} />
        <Stored />
        <Days terms={privacy.terms.value} />
        <Readers />
        <Never />
        <Contact contact={privacy.terms.value?.contact} />
      </main>
      <Foot page={page} />
    </div>
  );
}

function Own({ privacy }: { privacy: PrivacyModel }) {
  const text = privacyTexts.value.own;
  const own = privacy.own.value;
  return (
    <section class="privacy-own" aria-labelledby="privacy-own">
      <h2 id="privacy-own">{text.title}</h2>
      {own === undefined ? (
        <p>{text.unknown}</p>
      ) : (
        <p>
          {text.drawings(own.drawings)} {own.drawings > 0 && text.labelled(own.labelled)}
        </p>
      )}
      <OwnActions privacy={privacy} />
    </section>
  );
}

function OwnActions({ privacy }: { privacy: PrivacyModel }) {
  const text = privacyTexts.value.own;
  const erasing = privacy.erasing.value;
  const none = privacy.own.value?.drawings === 0;
  switch (erasing.state) {
    case 'sure':
    case 'erasing':
      return (
        <div class="privacy-actions">
          <p class="privacy-sure">{text.sure}</p>
          <button
            type="button"
            class="button button-main"
            disabled={erasing.state === 'erasing'}
            onClick={() => void privacy.erase()}
          >
            {text.reallyErase}
          </button>
          <button
            // The button that was pressed is gone; the harmless one takes the focus.
            ref={button => button?.focus()}
            type="button"
            class="button"
            disabled={erasing.state === 'erasing'}
            onClick={privacy.keep}
          >
            {text.keep}
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
              {text.takeHome}
            </a>
            <button type="button" class="button" onClick={privacy.ask}>
              {text.erase}
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
            {erasing.state === 'done' && text.erased(erasing.erased)}
            {erasing.state === 'refused' && <span class="refusal">{erasing.message}</span>}
            {erasing.state === 'idle' && none && text.nothing}
          </p>
        </>
      );
    default:
      return erasing satisfies never;
  }
}

function Stored() {
  const text = privacyTexts.value.stored;
  return (
    <section>
      <h2>{text.title}</h2>
      <ul>
        <li>{text.drawings}</li>
        <li>{text.cookie}</li>
        <li>{text.network}</li>
        <li>{text.name}</li>
      </ul>
    </section>
  );
}

function Days({ terms }: { terms: PrivacyTerms | undefined }) {
  const text = privacyTexts.value.days;
  return (
    <section>
      <h2>{text.title}</h2>
      <ul>
        {terms === undefined ? (
          <li>{text.unknown}</li>
        ) : (
          <>
            <li>{terms.retainDays === 0 ? text.unlabelledKept : text.unlabelled(terms.retainDays)}</li>
            <li>
              {terms.retainLabelledDays === 0 ? text.labelledKept : text.labelled(terms.retainLabelledDays)}
            </li>
          </>
        )}
        <li>{text.network}</li>
        <li>{text.learned}</li>
      </ul>
    </section>
  );
}

function Readers() {
  const text = privacyTexts.value.readers;
  return (
    <section>
      <h2>{text.title}</h2>
      <ul>
        <li>{text.room}</li>
        <li>{text.operators}</li>
        <li>{text.trainers}</li>
      </ul>
    </section>
  );
}

function Never() {
  const text = privacyTexts.value.never;
  return (
    <section>
      <h2>{text.title}</h2>
      <ul>
        <li>{text.others}</li>
        <li>{text.counting}</li>
      </ul>
    </section>
  );
}

function Contact({ contact }: { contact: string | null | undefined }) {
  const text = privacyTexts.value.questions;
  return (
    <section>
      <h2>{text.title}</h2>
      <p>
        {contact ? (
          <Rich text={text.ask} marks={{ contact: () => <ContactLink contact={contact} /> }} />
        ) : (
          text.askWhoever
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
