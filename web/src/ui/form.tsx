import type { ReactNode } from 'react';
import { ErrorSummary, type Mistake } from './errors';

interface FormProps {
  mistakes: readonly Mistake[];
  onSubmit: () => void;
  children: ReactNode;
}

/** A form whose mistakes stand above it and whose check is ours: the browser's own bubbles cannot be translated nor kept in sight. */
export function Form({ mistakes, onSubmit, children }: FormProps) {
  return (
    <form
      noValidate
      className="stack"
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit();
      }}
    >
      <ErrorSummary mistakes={mistakes} />
      {children}
    </form>
  );
}
