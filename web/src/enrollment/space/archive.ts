/** The archive's last day, announced before closing: ten years from today (rules: parameter of the archive). The service's own answer replaces it. */
export const archiveYears = 10;

export function archiveEnd(today: string): string | null {
  const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})$/u.exec(today) ?? [];
  if (!year || !month || !day) return null;
  const end = Number(year) + archiveYears;
  const leap = (end % 4 === 0 && end % 100 !== 0) || end % 400 === 0;
  return `${end}-${month}-${month === '02' && day === '29' && !leap ? '28' : day}`;
}
