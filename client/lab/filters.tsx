import type { Filter, SamplesModel } from '../lab-models/samples-model.ts';
import type { VersionsModel } from '../lab-models/versions-model.ts';
import { labTexts } from '../language/lab-texts.ts';
import { versionName } from '../language/version-name.ts';
import { digits } from '../ui/bars.tsx';

interface FiltersProps {
  samples: SamplesModel;
  versions: VersionsModel;
  admin: boolean;
}

const kinds: readonly Filter['which'][] = ['all', 'labelled', 'wrong'];

export function Filters({ samples, versions, admin }: FiltersProps) {
  const text = labTexts.value.drawings;
  const { which, digit, model, rooms } = samples.filter.value;
  return (
    <search class="filters">
      <div class="choice">
        {kinds.map(kind => (
          <button
            key={kind}
            type="button"
            class="button"
            aria-pressed={which === kind}
            onClick={() => samples.setFilter({ which: kind })}
          >
            {text[kind]}
          </button>
        ))}
      </div>
      <label class="pick">
        <span class="unseen">{text.whichDigit}</span>
        <select
          value={digit === undefined ? '' : `${digit}`}
          onChange={({ currentTarget: { value } }) =>
            samples.setFilter({ digit: value === '' ? undefined : Number(value) })
          }
        >
          <option value="">{text.anyDigit}</option>
          {digits.map(each => (
            <option key={each} value={`${each}`}>
              {each}
            </option>
          ))}
        </select>
      </label>
      <label class="pick">
        <span class="unseen">{text.whichVersion}</span>
        <select
          value={model ?? ''}
          onChange={({ currentTarget: { value } }) =>
            samples.setFilter({ model: value === '' ? undefined : value })
          }
        >
          <option value="">{text.anyVersion}</option>
          {(versions.list.value?.models ?? [])
            .filter(({ status }) => status === 'promoted')
            .map(({ version, card }) => (
              <option key={version} value={version}>
                {versionName(card)}
              </option>
            ))}
        </select>
      </label>
      {admin && (
        <button
          type="button"
          class="button"
          aria-pressed={rooms === 'all'}
          onClick={() => samples.setFilter({ rooms: rooms === 'all' ? 'here' : 'all' })}
        >
          {text.allRooms}
        </button>
      )}
    </search>
  );
}
