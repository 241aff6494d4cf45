import { type ReactNode, useMemo } from 'react';
import { IntlProvider, useIntl } from 'react-intl';
import { formatDate, formatTime, plainSpaces, type DateStyle } from './dates';
import { useCatalogue } from './messages';

export function Words({ children }: { children: ReactNode }) {
  const { language, catalogue } = useCatalogue();
  return (
    <IntlProvider locale={language} messages={catalogue} defaultLocale="fr" onError={() => undefined}>
      {children}
    </IntlProvider>
  );
}

type Plain = string | number | boolean | null | undefined;
type Rich = Plain | ReactNode | ((parts: ReactNode[]) => ReactNode);

export interface Say {
  /** A message of the catalogue, as text: `say('app.continue')`. */
  (id: string, values?: Record<string, Plain>): string;
  /** The same with pieces of page inside: `<b>`, `<a>` tags of the message are functions here. */
  rich(id: string, values: Record<string, Rich>): ReactNode;
  date(value: string, style?: DateStyle): string;
  time(value: string): string;
  /** The hour on the person's own clock: for what they have to do next. */
  localTime(value: string): string;
  number(value: number): string;
  locale: string;
}

const strong = (parts: ReactNode[]) => <strong>{parts}</strong>;

/** The words of the page in the language in force. */
export function useSay(): Say {
  const intl = useIntl();
  return useMemo(() => {
    const say = ((id, values) => intl.formatMessage({ id }, values)) as Say;
    say.rich = (id, values) => intl.formatMessage({ id }, { b: strong, ...values } as never) as ReactNode;
    say.date = (value, style) => formatDate(value, intl.locale, style);
    say.time = (value) => formatTime(value, intl.locale);
    say.localTime = (value) => formatTime(value, intl.locale, null);
    say.number = (value) => plainSpaces(intl.formatNumber(value));
    say.locale = intl.locale;
    return say;
  }, [intl]);
}
