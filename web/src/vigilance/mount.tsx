import { useLayoutEffect, useRef } from 'react';

/** Shows what the pages without React show too: one drawing of an answer and of its steps for both. */
export function Mount({ build }: { build: () => Node }) {
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => box.current?.replaceChildren(build()), [build]);
  return <div ref={box} />;
}
