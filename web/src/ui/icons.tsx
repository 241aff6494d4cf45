import type { LucideIcon } from 'lucide-react';

/** An icon never speaks alone: it stands beside its word and is hidden from those who hear the page. */
export function Icon({ of: Drawing, className }: { of: LucideIcon; className?: string }) {
  return <Drawing className={className ? `icon ${className}` : 'icon'} aria-hidden="true" focusable="false" />;
}

/** The service's own mark: a small bound notebook. */
export function BrandMark() {
  return (
    <svg viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <rect x="6" y="3" width="21" height="26" rx="3" fill="none" stroke="currentColor" strokeWidth="2.5" />
      <path d="M11 3v26M3 9h5M3 16h5M3 23h5M16 11h6M16 16h6" stroke="currentColor" strokeWidth="2.5" strokeLinecap="round" fill="none" />
    </svg>
  );
}
