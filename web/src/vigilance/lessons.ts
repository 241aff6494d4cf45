import * as z from 'zod/mini';
import { checkedSchema } from './checked';

const lesson = z.object({ id: z.string(), kind: z.string(), sender: z.optional(z.string()), subject: z.optional(z.string()), text: z.string() });
export type Lesson = z.infer<typeof lesson>;
const body = z.object({ messages: z.array(lesson) });
export const lessonsSchema = { parse: (value: unknown): Lesson[] => body.parse(value).messages };

const answered = z.object({ right: z.boolean(), checked: z.unknown() });

/** Whether the answer was right, and what the engine says of the message. */
export const verdictOnSchema = {
  parse: (value: unknown) => {
    const { right, checked } = answered.parse(value);
    return { right, checked: checkedSchema.parse(checked) };
  },
};
export type VerdictOn = ReturnType<typeof verdictOnSchema.parse>;
