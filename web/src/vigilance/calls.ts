import { queryOptions } from '@tanstack/react-query';
import { api } from '../app/api';
import { lessonsSchema, verdictOnSchema } from './lessons';
import { radarSchema } from './radar';
import { reportedSchema, stepsSchema } from './steps';

export const askVictim = (gave: readonly string[]) => api.post('/api/vigilance/victim', { gave }, stepsSchema);
export const sendReport = (body: Record<string, unknown>) => api.post('/api/vigilance/report', body, reportedSchema);
export const answerLesson = (id: string, answer: 'scam' | 'not_scam') => api.post(`/api/vigilance/exercise/${encodeURIComponent(id)}`, { answer }, verdictOnSchema);

export const radarQuery = queryOptions({ queryKey: ['vigilance', 'radar'], queryFn: ({ signal }) => api.get('/api/vigilance/radar', radarSchema, signal), staleTime: 600_000 });
export const lessonsQuery = queryOptions({ queryKey: ['vigilance', 'exercise'], queryFn: ({ signal }) => api.get('/api/vigilance/exercise', lessonsSchema, signal), staleTime: Infinity });
