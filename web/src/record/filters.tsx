import { useState } from 'react';
import { type Say, useSay } from '../app/words';
import { Button } from '../ui/button';
import { useDocuments } from './calls';
import { type Facets, type Filters, isFiltered, noFilters } from './documents';
import { SelectField } from './select_field';
import { classWords } from './words';

interface FiltersFormProps {
  who: string;
  facets: Facets;
  now: Filters;
  onApply: (filters: Filters) => void;
}

/** Three lists and one button that says how many documents it will show. Nothing changes before it is pressed. */
export function FiltersForm({ who, facets, now, onApply }: FiltersFormProps) {
  const say = useSay();
  const [draft, setDraft] = useState(now);
  const found = useDocuments(who, draft).data?.pages[0]?.filtered_total;
  const counted = (label: string, count: number) => say('record.filters.counted', { label, count });
  const set = (part: Partial<Filters>) => setDraft({ ...draft, ...part });
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault();
        onApply(draft);
      }}
    >
      <SelectField
        id="filter-class"
        label={say('record.filters.class')}
        value={draft.class}
        onChange={(value) => set({ class: value })}
        options={[{ value: '', label: say('record.filters.all_classes') }, ...facets.classes.map((one) => ({ value: one.code, label: counted(classWords(one.code, say), one.count) }))]}
      />
      <SelectField
        id="filter-year"
        label={say('record.filters.year')}
        value={draft.year}
        onChange={(value) => set({ year: value })}
        options={[{ value: '', label: say('record.filters.all_years') }, ...facets.years.filter((one) => Number(one.year) > 0).map((one) => ({ value: String(one.year), label: counted(String(one.year), one.count) }))]}
      />
      <SelectField
        id="filter-by"
        label={say('record.filters.by')}
        value={draft.by}
        onChange={(value) => set({ by: value })}
        options={[{ value: '', label: say('record.filters.all_authors') }, ...facets.authors.map((one) => ({ value: one.key, label: counted(one.name, one.count) }))]}
      />
      <div className="buttons">
        <Button submit>{found === undefined ? say('record.filters.show') : say('record.filters.show_count', { count: found })}</Button>
        {isFiltered(draft) && (
          <Button
            look="plain"
            onPress={() => {
              setDraft(noFilters);
              onApply(noFilters);
            }}
          >
            {say('record.filters.clear')}
          </Button>
        )}
      </div>
    </form>
  );
}

/** "Ordonnances, 2024, Dr Benali". */
export function filterWords(filters: Filters, facets: Facets | undefined, say: Say): string {
  const author = facets?.authors.find((one) => one.key === filters.by)?.name ?? '';
  return [filters.class === '' ? '' : classWords(filters.class, say), filters.year, author].filter((part) => part !== '').join(', ');
}
