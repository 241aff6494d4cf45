import { type ReactNode, useEffect, useId, useRef } from 'react';

interface AlertDialogProps {
  title: string;
  /** Read out with the title when the dialog opens. */
  children: ReactNode;
  /** The buttons; the first takes the focus. */
  actions: ReactNode;
  /** Escape. */
  onDismiss: () => void;
}

/** The browser's own modal dialog: the page behind is out of reach, the focus comes back where it was. */
export function AlertDialog({ title, children, actions, onDismiss }: AlertDialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const shown = dialog.current;
    const before = document.activeElement;
    shown?.showModal();
    shown?.querySelector('button')?.focus();
    return () => {
      shown?.close();
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      role="alertdialog"
      className="dialog stack"
      aria-labelledby={`${id}-title`}
      aria-describedby={`${id}-text`}
      onCancel={(event) => {
        event.preventDefault();
        onDismiss();
      }}
    >
      <h2 id={`${id}-title`}>{title}</h2>
      <div id={`${id}-text`}>{children}</div>
      <div className="buttons">{actions}</div>
    </dialog>
  );
}
