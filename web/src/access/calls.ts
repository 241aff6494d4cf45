import { type QueryClient, queryOptions } from '@tanstack/react-query';
import * as z from 'zod/mini';
import { api } from '../app/api';

const space = (who: string) => `/api/spaces/${encodeURIComponent(who)}`;
const base = (who: string) => `${space(who)}/access`;

const professionalSchema = z.object({
  rpps: z.string(),
  name: z.optional(z.string()),
  profession: z.optional(z.string()),
  structure: z.optional(z.string()),
  relations: z.array(z.string()),
  since: z.optional(z.string()),
  until: z.optional(z.string()),
  blocked: z.boolean(),
  refused: z.boolean(),
});
export type Professional = z.infer<typeof professionalSchema>;

const carerSchema = z.object({ person: z.string(), name: z.string(), classes: z.array(z.string()), powers: z.array(z.string()), until: z.optional(z.string()) });
export type Carer = z.infer<typeof carerSchema>;

const accessSchema = z.object({
  professionals: z.array(professionalSchema),
  parents: z.array(z.object({ person: z.string(), name: z.string(), ended_by_judge: z.boolean() })),
  guardians: z.array(z.object({ person: z.string(), name: z.string(), kind: z.string(), until: z.optional(z.string()) })),
  carers: z.array(carerSchema),
  emergency: z.object({ bris_de_glace: z.boolean(), centre_15: z.boolean() }),
  frozen: z.boolean(),
  own_access_agreed: z.boolean(),
  discretion: z.boolean(),
});
export type AccessList = z.infer<typeof accessSchema>;

/** Who has access. Reading the list leaves a trace: it is asked for again after a change only. */
export const accessQuery = (who: string) =>
  queryOptions({
    queryKey: ['access', who, 'list'],
    queryFn: ({ signal }) => api.get(base(who), accessSchema, signal),
    staleTime: 5 * 60_000,
  });

/** Something was changed: the list is no longer true, nor are the answers made from it. */
export async function forgetAccess(client: QueryClient, who: string): Promise<void> {
  client.removeQueries({ queryKey: ['access', who, 'explain'] });
  client.removeQueries({ queryKey: ['audit', who] });
  await client.invalidateQueries({ queryKey: ['access', who] });
}

export type OnProfessional = 'block' | 'unblock' | 'refuse' | 'restore' | 'occupational' | 'occupational/end';
export const onProfessional = (who: string, act: OnProfessional, rpps: string) => api.command('POST', `${base(who)}/${act}`, { rpps });

export type EmergencyMode = 'bris_de_glace' | 'centre_15';
export const allowEmergency = (who: string, mode: EmergencyMode, allowed: boolean) => api.command('PUT', `${base(who)}/emergency`, { [mode]: allowed });

const emergencySchema = z.object({
  number: z.number(),
  at: z.string(),
  mode: z.string(),
  rpps: z.string(),
  name: z.optional(z.string()),
  structure: z.optional(z.string()),
  contested_at: z.optional(z.string()),
});
export type EmergencyAccess = z.infer<typeof emergencySchema>;

export const emergenciesQuery = (who: string) =>
  queryOptions({
    queryKey: ['access', who, 'emergencies'],
    queryFn: async ({ signal }) => (await api.get(`${base(who)}/emergencies`, z.object({ emergencies: z.array(emergencySchema) }), signal)).emergencies,
    staleTime: 60_000,
  });
export const contestEmergency = (who: string, number: number) => api.command('POST', `${base(who)}/emergencies/${number}/contest`);

const codeSchema = z.object({ code: z.string(), valid_until: z.string() });
export type SpokenCode = z.infer<typeof codeSchema>;
export const consultationCode = (who: string) => api.post(`${base(who)}/consultation-code`, {}, codeSchema);

export interface Delegation {
  classes: string[];
  powers: string[];
  /** The last day, included. */
  until: string;
}
export const inviteCarer = (who: string, given: Delegation) => api.post(`${base(who)}/carers`, given, codeSchema);
export const endCarer = (who: string, person: string) => api.command('POST', `${base(who)}/carers/end`, { person });
export const acceptInvitation = async (code: string) => (await api.post('/api/carer-invitations', { code }, z.object({ who: z.string() }))).who;

export const agreeToOwnAccess = (who: string, agreed: boolean) => api.command('PUT', `${base(who)}/own-access`, { agreed });
export const askDiscretion = (who: string, on: boolean) => api.command('PUT', `${base(who)}/discretion`, { on });
export const freeze = (who: string) => api.command('POST', `${base(who)}/freeze`);

/** Who is asked about (docs/formats/web-api.md, « Who has access »). */
export interface Viewer {
  kind: string;
  profession?: string;
  rpps?: string;
  person?: string;
}
/** As if these were saved. */
export interface Supposed {
  masked?: boolean;
  visible_in_emergency?: boolean;
}
const decisionSchema = z.object({ answer: z.enum(['yes', 'no']), rules: z.array(z.string()) });
export type Decision = z.infer<typeof decisionSchema>;

export interface Asked {
  document?: string;
  viewer: Viewer;
  settings?: Supposed;
}
export const explain = (who: string, asked: Asked) => api.post(`${space(who)}/explain`, asked, decisionSchema);
export const explainQuery = (who: string, asked: Asked) =>
  queryOptions({ queryKey: ['access', who, 'explain', asked], queryFn: () => explain(who, asked), staleTime: 30_000, gcTime: 60_000, retry: false });

const alertsSchema = z.object({ choice: z.string(), channel: z.string(), channels: z.array(z.string()) });
export type Alerts = z.infer<typeof alertsSchema>;
export const alertsQuery = (who: string) =>
  queryOptions({ queryKey: ['access', who, 'alerts'], queryFn: ({ signal }) => api.get(`${base(who)}/alerts`, alertsSchema, signal), staleTime: 60_000 });
export const chooseAlerts = (who: string, choice: string, channel: string) => api.command('PUT', `${base(who)}/alerts`, { choice, channel });
