import { useStep } from '../record/space';
import { ConsultationCodePage } from './consultation_code';
import { EmergencyPage } from './emergency_page';
import { ReviewPages } from './emergency_review';
import { emergencySteps } from './emergency_steps';
import { ActOnProfessional, NumberPage } from './professional_pages';
import type { Choosing } from './professionals';
import './access.css';

interface WhoPagesProps {
  chosen: Choosing | null;
  onChoose: (next: Choosing) => void;
}

/** The pages behind the list, one decision each. */
export default function WhoPages({ chosen, onChoose }: WhoPagesProps) {
  const [step] = useStep();
  if (step === 'numero') return <NumberPage onChoose={onChoose} />;
  if (step === 'consultation' || step === 'code') return <ConsultationCodePage />;
  const mode = emergencySteps.find((one) => one.step === step || one.saved === step);
  if (mode) return <EmergencyPage key={mode.mode} mode={mode} />;
  return chosen ? <ActOnProfessional choosing={chosen} /> : <ReviewPages onBlock={onChoose} />;
}
