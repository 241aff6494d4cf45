import type { ReactNode } from 'react';
import * as z from 'zod/mini';
import { Download, Printer } from 'lucide-react';
import { Button } from '../ui/button';
import { Icon } from '../ui/icons';
import { useSay } from '../app/words';

export const receiptSchema = z.object({
  number: z.string(),
  at: z.string(),
  kind: z.enum(['opened', 'objected', 'closed', 'reopened', 'refused', 'erasure_asked']),
  pdf: z.string(),
});
export type Receipt = z.infer<typeof receiptSchema>;

const unbroken = (parts: ReactNode[]) => <span className="whole">{parts}</span>;

function startWithCapital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** "Mardi 4 mars 2025, 14 h 07. Reçu n° …", the paper to keep, and the law's sentence on what is printed. */
export function ReceiptPanel({ receipt }: { receipt: Receipt }) {
  const say = useSay();
  const date = startWithCapital(say.date(receipt.at, 'weekday'));
  return (
    <div className="stack">
      <p>{say.rich('app.receipt.at', { date, time: say.time(receipt.at), number: receipt.number, n: unbroken })}</p>
      <div className="buttons">
        <a className="button" href={receipt.pdf} download="">
          <Icon of={Download} />
          {say('app.receipt.download')}
        </a>
        <Button look="plain" onPress={() => print()}>
          <Icon of={Printer} />
          {say('app.receipt.print')}
        </Button>
      </div>
      <p className="print-only">{say('app.print.law')}</p>
    </div>
  );
}
