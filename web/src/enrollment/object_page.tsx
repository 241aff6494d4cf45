import { Page } from '../app/page';
import { useSay } from '../app/words';
import { Button } from '../ui/button';
import { ObjectionDone } from './activate_screens';
import { type Objected, objectNow } from './calls';
import { ShortPath } from './short_path';

/** Objecting: with the code at once; without, the request is begun and the page says what is left to do. */
export default function ObjectPage() {
  const say = useSay();
  return (
    <ShortPath<Objected>
      path="/opposition"
      purpose="object"
      landing={({ haveCode, noCode }) => (
        <Page title={say('enrollment.object.title')} width="form">
          <p>{say('enrollment.object.lead')}</p>
          <div className="buttons buttons-equal">
            <Button onPress={haveCode}>{say('enrollment.have_code')}</Button>
            <Button onPress={noCode}>{say('enrollment.no_code')}</Button>
          </div>
        </Page>
      )}
      decisionTitle={say('enrollment.object.decide_title')}
      meaning={<p>{say('enrollment.object.lead')}</p>}
      buttons={(busy, decide) => (
        <Button busy={busy} onPress={decide}>
          {say('enrollment.object.decide')}
        </Button>
      )}
      send={objectNow}
      done={(objected) => <ObjectionDone objected={objected} />}
    />
  );
}
