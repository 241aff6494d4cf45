import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { readLanguage } from './preferences';
import { queryClient, router } from './router';
import { watchQuitKeys } from './quit';
import { Words } from './words';

document.documentElement.lang = readLanguage();
watchQuitKeys();
// A page brought back whole by the browser's Back button may be one of a session since ended: ask again.
addEventListener('pageshow', (event) => {
  if (event.persisted) location.reload();
});

// The plain pages share this document; none of their headings or anchors may stand behind another page.
document.querySelectorAll('[data-plain]').forEach((page) => page.remove());
const root = document.getElementById('root');
if (root) {
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={queryClient}>
        <Words>
          <RouterProvider router={router} />
        </Words>
      </QueryClientProvider>
    </StrictMode>,
  );
}
