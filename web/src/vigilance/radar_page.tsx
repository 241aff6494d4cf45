import { useQuery } from '@tanstack/react-query';
import { Page } from '../app/page';
import { useSay } from '../app/words';
import { Button } from '../ui/button';
import { Note } from '../ui/notes';
import { radarQuery } from './calls';
import { Others } from './controls';
import type { Week } from './radar';

/** What circulates: figures anyone may read, each beside its bar. */
export default function RadarPage() {
  const say = useSay();
  const { data, isError, refetch } = useQuery(radarQuery);
  return (
    <Page title={say('vigilance.radar.title')} tall>
      <p>{say('vigilance.radar.lead')}</p>
      {isError && !data && (
        <Note kind="bad">
          <p role="alert">{say('vigilance.radar.failed')}</p>
          <Button look="plain" small onPress={() => void refetch()}>
            {say('app.retry')}
          </Button>
        </Note>
      )}
      {!data && !isError && <p role="status">{say('app.loading')}</p>}
      {data?.length === 0 && <p>{say('vigilance.radar.empty')}</p>}
      <div className="stack-l">{data?.map((week) => <WeekTable key={week.monday} week={week} />)}</div>
      {(data || isError) && <Others but="radar" />}
    </Page>
  );
}

function WeekTable({ week }: { week: Week }) {
  const say = useSay();
  const title = say('vigilance.radar.week', { date: say.date(week.monday) });
  return (
    <section className="card stack-s" aria-label={title}>
      <h2>{title}</h2>
      {/* Drawn in lines that wrap, it is still a table to whoever hears it. */}
      <table className="radar" role="table">
        <thead role="rowgroup">
          <tr role="row">
            <th scope="col" role="columnheader">{say('vigilance.radar.kind')}</th>
            <th scope="col" role="columnheader">{say('vigilance.radar.count')}</th>
          </tr>
        </thead>
        <tbody role="rowgroup">
          {week.kinds.map(({ kind, count, share }) => (
            <tr key={kind} role="row">
              <th scope="row" role="rowheader">
                {say(`vigilance.radar.kind.${kind}`)}
                <Bar share={share} />
              </th>
              <td role="cell">{say.number(count)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** The figure beside it says the same. */
function Bar({ share }: { share: number }) {
  return (
    <svg className="radar-bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true" focusable="false">
      <rect width={share} height="10" />
    </svg>
  );
}
