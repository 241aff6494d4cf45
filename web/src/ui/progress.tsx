import { ArrowLeft } from 'lucide-react';
import { useSay } from '../app/words';
import { Button } from './button';
import { Icon } from './icons';

/** "Étape 2 sur 7": the same words in the window's title. */
export function useStepWords(step: number, of: number): string {
  const say = useSay();
  return say('app.step', { step, of });
}

interface StepBarProps {
  onBack: () => void;
  step?: number;
  of?: number;
}

/** Above the h1 of a step: the way back, where one stands in words, and the same drawn. */
export function StepBar({ onBack, step, of }: StepBarProps) {
  const say = useSay();
  return (
    <div className="progress">
      <Button look="link" onPress={onBack}>
        <Icon of={ArrowLeft} />
        {say('app.back')}
      </Button>
      {step !== undefined && of !== undefined && (
        <>
          <span className="progress-text">{say('app.step', { step, of })}</span>
          <span className="progress-bar" aria-hidden="true">
            {Array.from({ length: of }, (_none, index) => (
              <span key={index} className={index < step ? 'on' : undefined} />
            ))}
          </span>
        </>
      )}
    </div>
  );
}
