import { Printer, ZoomIn, ZoomOut } from 'lucide-react';
import type { ReactNode } from 'react';
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

/** Larger, smaller: by buttons, not by pinching alone. */
export function Zoom({ zoom, levels, onZoom }: ZoomProps) {
  const say = useSay();
  const at = levels.indexOf(zoom);
  const step = (by: number) => {
    const next = levels[at + by];
    if (next !== undefined) onZoom(next);
  };
  return (
    <div className="viewer-tools no-print">
      <Button look="plain" onPress={() => step(1)}>
        <Icon of={ZoomIn} />
        {say('record.viewer.larger')}
      </Button>
      <Button look="plain" onPress={() => step(-1)}>
        <Icon of={ZoomOut} />
        {say('record.viewer.smaller')}
      </Button>
      <span className="visually-hidden" role="status">
        {say('record.viewer.zoom', { percent: zoom })}
      </span>
    </div>
  );
}
