import type { Filter, SamplesModel } from '../lab-models/samples-model.ts';
import type { VersionsModel } from '../lab-models/versions-model.ts';
import { digits } from '../ui/bars.tsx';

interface FiltersProps {
  samples: SamplesModel;
  versions: VersionsModel;
  admin: boolean;
}

const kinds: readonly { which: Filter['which']; name: string }[] = [
  { which: 'all', name: 'All' },
  { which: 'labelled', name: 'Labelled' },
  { which: 'wrong', name: 'Read wrong' },
];

export function Filters({ samples, versions, admin }: FiltersProps) {
  const { which, digit, model, rooms } = samples.filter.value;
  return (
    <search class="filters">
      <div class="choice">
        {kinds.map(kind => (
          <button
            key={kind.which}
            type="button"
            class="button"
            aria-pressed={which === kind.which}
            onClick={() => samples.setFilter({ which: kind.which })}
          >
            {kind.name}
          </button>
        ))}
      </div>
      <label class="pick">
        <span class="unseen">Which digit</span>
        <select
          value={digit === undefined ? '' : `${digit}`}
          onChange={({ currentTarget: { value } }) =>
            samples.setFilter({ digit: value === '' ? undefined : Number(value) })
          }
        >
          <option value="">Any digit</option>
          {digits.map(each => (
            <option key={each} value={`${each}`}>
              {each}
            </option>
          ))}
        </select>
      </label>
      <label class="pick">
        <span class="unseen">Read by which version</span>
        <select
          value={model ?? ''}
          onChange={({ currentTarget: { value } }) =>
            samples.setFilter({ model: value === '' ? undefined : value })
          }
        >
          <option value="">Any version</option>
          {(versions.list.value?.models ?? [])
            .filter(({ status }) => status === 'promoted')
            .map(({ version }) => (
              <option key={version} value={version}>
                {version}
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
          All rooms
        </button>
      )}
    </search>
  );
}
