import type { EmergencyMode } from './calls';

export interface EmergencySteps {
  mode: EmergencyMode;
  step: string;
  saved: string;
}

/** Two refusals, apart: each has its own page. */
export const emergencySteps: readonly EmergencySteps[] = [
  { mode: 'bris_de_glace', step: 'urgence-exprimer', saved: 'urgence-exprimer-fait' },
  { mode: 'centre_15', step: 'urgence-15', saved: 'urgence-15-fait' },
];
