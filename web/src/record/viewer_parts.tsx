import { Printer, ZoomIn, ZoomOut } from 'lucide-react';
import { type ReactNode, useEffect, useRef } from 'react';
import { useSay } from '../app/words';
import { useSlow } from '../ui/busy';
import { Button } from '../ui/button';
import { Icon } from '../ui/icons';
import { Note } from '../ui/notes';

/** The place of a document that is coming, at the height it will have. */
export function ViewerWaiting({ share }: { share?: number }) {
  const say = useSay();
  const slow = useSlow(true);
  return (
    <div className="viewer-waiting skeleton">
      <p role="status" className="field-state">
        {!slow ? '' : share === undefined ? say('record.viewer.loading') : say('record.viewer.loading_share', { percent: Math.floor(share * 100) })}
      </p>
    </div>
  );
}

/** "Ce document ne s'affiche pas ici. Téléchargez-le : il est entier." */
export function ViewerFailed({ onRetry }: { onRetry?: () => void }) {
  const say = useSay();
  return (
    <div role="alert">
      <Note kind="warn">
        <p>{say('record.viewer.failed')}</p>
        {onRetry && (
          <Button look="link" onPress={onRetry}>
            {say('app.retry')}
          </Button>
        )}
      </Note>
    </div>
  );
}

/** The document names the place of care, which somebody asked to keep from this reader. */
export function PlaceWithheld() {
  const say = useSay();
  return (
    <Note>
      <p>{say('record.place_withheld')}</p>
    </Note>
  );
}

/** [Télécharger] [Imprimer], the same for every kind of document. */
export function ViewerTools({ download, print }: { download: ReactNode; print?: ReactNode }) {
  return (
    <div className="viewer-tools no-print">
      {download}
      {print}
    </div>
  );
}

export function PrintButton({ onPress, busy = false }: { onPress: () => void; busy?: boolean }) {
  const say = useSay();
  return (
    <Button look="plain" busy={busy} onPress={onPress}>
      <Icon of={Printer} />
      {say('record.viewer.print')}
    </Button>
  );
}

interface ZoomProps {
  /** In percents. */
  zoom: number;
  levels: readonly number[];
  onZoom: (zoom: number) => void;
}

/** Larger, smaller: by buttons, not by pinching alone. One that would do nothing is not there; the other takes the focus. */
export function Zoom({ zoom, levels, onZoom }: ZoomProps) {
  const say = useSay();
  const box = useRef<HTMLDivElement>(null);
  const at = levels.indexOf(zoom);
  const [larger, smaller] = [levels[at + 1], levels[at - 1]];
  useEffect(() => {
    if (document.activeElement === document.body) box.current?.querySelector('button')?.focus();
  }, [zoom]);
  return (
    <div className="viewer-tools no-print" ref={box}>
      {larger !== undefined && (
        <Button key="larger" look="plain" onPress={() => onZoom(larger)}>
          <Icon of={ZoomIn} />
          {say('record.viewer.larger')}
        </Button>
      )}
      {smaller !== undefined && (
        <Button key="smaller" look="plain" onPress={() => onZoom(smaller)}>
          <Icon of={ZoomOut} />
          {say('record.viewer.smaller')}
        </Button>
      )}
      <span className="visually-hidden" role="status">
        {zoom === 100 ? '' : say('record.viewer.zoom', { percent: zoom })}
      </span>
    </div>
  );
}
